import Synchronization
import Testing

@testable import QRImages

@Suite("The cache of QR images", .timeLimit(.minutes(2)))
struct CacheTests {
    /// Makes images of a known size, counts, and waits if it is told to.
    private final class Workshop: Sendable {
        struct Refused: Error {}

        let made = Mutex<[String]>([])
        /// How many are about to ask.
        let asking = Mutex(0)
        private let isOpen = Mutex(true)
        private let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])

        func make(_ request: QRImageCache.Request) async throws -> QRImage {
            let text = String(decoding: request.text, as: UTF8.self)
            made.withLock { $0.append(text) }
            await withCheckedContinuation { continuation in
                let passes = isOpen.withLock { isOpen in
                    if !isOpen { waiting.withLock { $0.append(continuation) } }
                    return isOpen
                }
                if passes { continuation.resume() }
            }
            if text.hasPrefix("bad") { throw Refused() }
            return try QRImage(text, as: request.format, style: request.style)
        }

        func close() { isOpen.withLock { $0 = false } }

        func open() {
            isOpen.withLock { $0 = true }
            let all = waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            for continuation in all { continuation.resume() }
        }
    }

    private func cache(_ workshop: Workshop, capacityBytes: Int = 1 << 20) -> QRImageCache {
        QRImageCache(capacityBytes: capacityBytes) { try await workshop.make($0) }
    }

    @Test("what was made is not made again, and is the image that would be made")
    func kept() async throws {
        let workshop = Workshop()
        let cache = cache(workshop)
        for _ in 0..<3 {
            let image = try await cache.image(of: "a", as: .png)
            #expect(try image == QRImage("a", as: .png))
        }
        #expect(workshop.made.withLock { $0 } == ["a"])
        #expect(cache.count == 1)
    }

    @Test("text, format and style each make another image; so do the bytes of texts that Swift takes for equal")
    func keys() async throws {
        let workshop = Workshop()
        let cache = cache(workshop)
        let (composed, decomposed) = ("\u{E9}", "e\u{301}")
        #expect(composed == decomposed)
        let images = [
            try await cache.image(of: "a", as: .png), try await cache.image(of: "b", as: .png),
            try await cache.image(of: "a", as: .svg),
            try await cache.image(of: "a", as: .png, style: QRImageStyle(moduleSize: 4)),
            try await cache.image(of: composed, as: .png), try await cache.image(of: decomposed, as: .png),
        ]
        #expect(Set(images).count == images.count)
        #expect(cache.count == images.count)
    }

    @Test("a hundred that ask at once get one image, made once, though the first of them leaves")
    func together() async throws {
        let workshop = Workshop()
        let cache = cache(workshop)
        workshop.close()
        let first = Task { try await cache.image(of: "a", as: .svg) }
        while workshop.made.withLock({ $0.isEmpty }) { await Task.yield() }
        first.cancel()
        let images = try await withThrowingTaskGroup(of: QRImage.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    workshop.asking.withLock { $0 += 1 }
                    return try await cache.image(of: "a", as: .svg)
                }
            }
            while workshop.asking.withLock({ $0 < 100 }) { await Task.yield() }
            workshop.open()
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(images.count == 1)
        #expect(workshop.made.withLock { $0 } == ["a"])
    }

    @Test("while one image is made, others are answered")
    func apart() async throws {
        let workshop = Workshop()
        let cache = cache(workshop)
        _ = try await cache.image(of: "kept", as: .svg)
        workshop.close()
        let slow = Task { try await cache.image(of: "slow", as: .svg) }
        while workshop.made.withLock({ $0.count < 2 }) { await Task.yield() }
        let image = try await cache.image(of: "kept", as: .svg)
        #expect(try image == QRImage("kept", as: .svg))
        workshop.open()
        _ = try await slow.value
    }

    @Test("images that are made at the same moment are those that are made one by one")
    func parallel() async throws {
        let cache = QRImageCache()
        let images = try await withThrowingTaskGroup(of: (Int, QRImage).self) { group in
            for number in 0..<200 {
                group.addTask { (number, try await cache.image(of: "\(number % 50)", as: number < 100 ? .png : .svg)) }
            }
            return try await group.reduce(into: [Int: QRImage]()) { $0[$1.0] = $1.1 }
        }
        for (number, image) in images {
            #expect(try image == QRImage("\(number % 50)", as: number < 100 ? .png : .svg))
        }
        #expect(images.count == 200 && cache.count == 100)
    }

    @Test("a failure goes to whoever asked, and is not kept")
    func failure() async {
        let workshop = Workshop()
        let cache = cache(workshop)
        for _ in 0..<2 {
            await #expect(throws: Workshop.Refused.self) { _ = try await cache.image(of: "bad", as: .png) }
        }
        #expect(workshop.made.withLock { $0 } == ["bad", "bad"])
        #expect(cache.count == 0 && cache.sizeBytes == 0)
    }

    @Test("the memory stays within its bounds, whatever is asked for")
    func bounded() async throws {
        let one = try QRImage("0", as: .svg)
        let cost = QRImageCache.Request(text: [48], format: .svg, style: .standard).cost(one)
        let cache = QRImageCache(capacityBytes: 10 * cost)
        for number in 0..<200 {
            _ = try await cache.image(of: "\(number)", as: .svg)
            #expect(cache.sizeBytes <= 10 * cost)
        }
        #expect((8...10).contains(cache.count))
        let none = QRImageCache(capacityBytes: 100)
        _ = try await none.image(of: "a", as: .svg)
        #expect(none.count == 0)
    }

    @Test("what was asked for longest ago goes first")
    func order() {
        var values = RecentlyUsed<String, Int>(capacity: 3)
        for (number, key) in ["a", "b", "c"].enumerated() { values.insert(number, for: key, cost: 1) }
        #expect(values.value("a") == 0)
        values.insert(3, for: "d", cost: 1)
        #expect(values.value("b") == nil)
        #expect(values.value("a") == 0 && values.value("c") == 2 && values.value("d") == 3)
        values.insert(4, for: "e", cost: 3)
        #expect(values.count == 1 && values.cost == 3 && values.value("e") == 4)
        values.insert(5, for: "e", cost: 1)
        #expect(values.count == 1 && values.cost == 1 && values.value("e") == 5)
        values.insert(6, for: "f", cost: 4)
        #expect(values.value("f") == nil && values.count == 1)
    }

    @Test("the list holds through any order of use")
    func anyOrder() {
        // A plain list with the same rules beside it; every sequence of 6 steps over 3 keys.
        for sequence in 0..<46_656 {
            var values = RecentlyUsed<Int, Int>(capacity: 2)
            var plain: [Int] = []
            var rest = sequence
            for _ in 0..<6 {
                let (key, isInsert) = (rest % 6 / 2, rest % 2 == 0)
                rest /= 6
                let isKept = plain.contains(key)
                if isInsert {
                    values.insert(key, for: key, cost: 1)
                } else if (values.value(key) != nil) != isKept {
                    Issue.record("sequence \(sequence)")
                    return
                }
                if isInsert || isKept { plain = (plain.filter { $0 != key } + [key]).suffix(2) }
                if values.count != plain.count { Issue.record("sequence \(sequence)") }
            }
        }
    }
}
