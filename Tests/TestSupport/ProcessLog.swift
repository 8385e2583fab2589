import Foundation
import Synchronization

/// What a started program has said so far, and how it ended.
final class ProcessLog: Sendable {
    struct Record {
        var output = ""
        var errors = ""
        /// Streams that may still say something.
        var open = 2
        var exit: ChildProcess.Exit?
        var isOver: Bool { open == 0 && exit != nil }
    }

    typealias Wish = @Sendable (Substring) -> Bool

    private struct State {
        var record = Record()
        var onLine: [(wish: Wish, continuation: CheckedContinuation<String?, Never>)] = []
        var onExit: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var record: Record { state.withLock { $0.record } }

    /// The first line that is wanted; nil if the program ends without it.
    func line(where wish: @escaping Wish) async -> String? {
        await withCheckedContinuation { continuation in
            let answer: String?? = state.withLock { state in
                if let line = Self.line(in: state.record, where: wish) { return line }
                if state.record.isOver { return .some(nil) }
                state.onLine.append((wish, continuation))
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    func exit() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.record.isOver { state.onExit.append(continuation) }
                return state.record.isOver
            }
            if isOver { continuation.resume() }
        }
    }

    /// Reads a stream to its end on a thread of its own.
    func read(_ handle: FileHandle, into text: any WritableKeyPath<Record, String> & Sendable) {
        Thread { [self] in
            var pending = Data()
            while true {
                let data = handle.availableData
                if data.isEmpty { break }
                pending.append(data)
                // A character may be cut in two.
                guard let piece = String(data: pending, encoding: .utf8) else { continue }
                pending = Data()
                note { $0[keyPath: text] += piece }
            }
            note { $0.open -= 1 }
        }.start()
    }

    /// Changes the record and tells those who wait for it.
    func note(_ change: (inout Record) -> Void) {
        var calls: [() -> Void] = []
        state.withLock { state in
            change(&state.record)
            let record = state.record
            state.onLine.removeAll { waiter in
                let line = Self.line(in: record, where: waiter.wish)
                guard line != nil || record.isOver else { return false }
                calls.append { waiter.continuation.resume(returning: line) }
                return true
            }
            guard record.isOver else { return }
            calls += state.onExit.map { continuation in { continuation.resume() } }
            state.onExit = []
        }
        for call in calls { call() }
    }

    private static func line(in record: Record, where wish: Wish) -> String? {
        for text in [record.output, record.errors] {
            // The last piece has no end yet.
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            if let line = lines.first(where: wish) { return String(line) }
        }
        return nil
    }
}
