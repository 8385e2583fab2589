/// What changes by itself, and when. Nothing is looked at before its time has come.
struct YooDeadlines: Sendable {
    enum Subject: Sendable, Hashable {
        case payment(String)
        case refund(String)
        case receipt(String)
        case method(String)
    }

    private struct Entry: Sendable {
        let at: Int64
        let order: Int
        let subject: Subject
    }

    /// A heap, the earliest first; of two at one time the one that came first.
    private var heap: [Entry] = []
    private var count = 0

    mutating func add(_ subject: Subject, at: Int64) {
        heap.append(Entry(at: at, order: count, subject: subject))
        count += 1
        var child = heap.count - 1
        while child > 0, Self.isBefore(heap[child], heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// - Returns: the earliest that is due; what it says may have been overtaken.
    mutating func takeDue(_ now: Int64) -> (subject: Subject, at: Int64)? {
        guard let first = heap.first, first.at <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.subject, first.at)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if Self.isBefore(heap[child], heap[least]) { least = child }
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private static func isBefore(_ left: Entry, _ right: Entry) -> Bool {
        (left.at, left.order) < (right.at, right.order)
    }
}
