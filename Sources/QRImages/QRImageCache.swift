import Synchronization

/// The images asked for last, in memory. What is the same is made once, also when many ask at the same moment.
public final class QRImageCache: Sendable {
    /// What an image is made from. The text as bytes: Swift takes texts for equal that differ in theirs.
    struct Request: Sendable, Hashable {
        let text: [UInt8]
        let format: QRImageFormat
        let style: QRImageStyle

        /// What keeping an image costs in memory, with some for the cache's own books.
        func cost(_ image: QRImage) -> Int { image.bytes.count + text.count + 256 }
    }

    private struct State {
        var images: RecentlyUsed<Request, QRImage>
        var underway: [Request: Task<QRImage, any Error>] = [:]
    }

    private let state: Mutex<State>
    private let make: @Sendable (Request) async throws -> QRImage

    /// - Parameter capacityBytes: the most memory that it keeps; what was not asked for longest goes first.
    public convenience init(capacityBytes: Int = 8 << 20) {
        self.init(capacityBytes: capacityBytes) { request in
            try QRImage(String(decoding: request.text, as: UTF8.self), as: request.format, style: request.style)
        }
    }

    init(capacityBytes: Int, make: @escaping @Sendable (Request) async throws -> QRImage) {
        state = Mutex(State(images: RecentlyUsed(capacity: max(0, capacityBytes))))
        self.make = make
    }

    /// How much memory it counts as kept, in bytes.
    public var sizeBytes: Int { state.withLock { $0.images.cost } }

    /// How many images it keeps.
    public var count: Int { state.withLock { $0.images.count } }

    /// The image of a text, made now if it is not kept.
    ///
    /// - Parameters:
    ///   - text: what a reader gets.
    ///   - format: the kind of file.
    ///   - style: how it is drawn.
    /// - Throws: ``QRImageError``, to everybody who waited for the image; a failure is not kept.
    public func image(
        of text: String, as format: QRImageFormat, style: QRImageStyle = .standard
    ) async throws -> QRImage {
        let request = Request(text: Array(text.utf8), format: format, style: style)
        let found: Found = state.withLock { state in
            if let image = state.images.value(request) { return .kept(image) }
            if let task = state.underway[request] { return .underway(task) }
            // A task of its own: whoever asked first may leave, and the others still wait for it.
            let task = Task { try await self.finish(request) }
            state.underway[request] = task
            return .underway(task)
        }
        switch found {
        case .kept(let image): return image
        case .underway(let task): return try await task.value
        }
    }

    private enum Found {
        case kept(QRImage)
        case underway(Task<QRImage, any Error>)
    }

    private func finish(_ request: Request) async throws -> QRImage {
        do {
            let image = try await make(request)
            state.withLock { state in
                state.underway[request] = nil
                state.images.insert(image, for: request, cost: request.cost(image))
            }
            return image
        } catch {
            state.withLock { $0.underway[request] = nil }
            throw error
        }
    }
}
