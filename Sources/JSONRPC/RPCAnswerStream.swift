import StrictJSON
import Synchronization

/// A result that arrives in chunks, inside its envelope. Its first chunk has arrived already.
struct RPCAnswerStream: AsyncSequence, Sendable {
    /// A handler's stream that ended before it had said anything: that is no JSON value.
    struct Empty: Error {}

    /// The stream was read a second time.
    struct AlreadyRead: Error {}

    private let start: [UInt8]
    private let end: [UInt8]
    private let rest: Rest

    /// Awaits the first chunk, and throws what the handler's stream throws instead of it.
    init(_ chunks: any AsyncSequence<[UInt8], any Error> & Sendable, id: JSONValue) async throws {
        var iterator: any AsyncIteratorProtocol<[UInt8], any Error> = chunks.makeAsyncIterator()
        var first: [UInt8]? = []
        while let chunk = first, chunk.isEmpty { first = try await iterator.next() }
        guard let first else { throw Empty() }
        start = RenderedResult.prefix + first
        end = RenderedResult.suffix(id: id)
        rest = Rest(iterator)
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(start: start, end: end, rest: rest.take())
    }

    /// Hands the iterator over, once.
    private final class Rest: Sendable {
        /// An iterator is not Sendable. Sending this one is safe: whoever used it has let go of it before it is put
        /// in here, and the lock gives it to one taker.
        private struct Parcel: @unchecked Sendable {
            let iterator: any AsyncIteratorProtocol<[UInt8], any Error>
        }

        private let parcel: Mutex<Parcel?>

        init(_ iterator: any AsyncIteratorProtocol<[UInt8], any Error>) {
            parcel = Mutex(Parcel(iterator: iterator))
        }

        func take() -> (any AsyncIteratorProtocol<[UInt8], any Error>)? {
            parcel.withLock { parcel in
                defer { parcel = nil }
                return parcel
            }?.iterator
        }
    }

    struct Iterator: AsyncIteratorProtocol {
        private enum Stage { case start, rest, done }

        private let start: [UInt8]
        private let end: [UInt8]
        private var rest: (any AsyncIteratorProtocol<[UInt8], any Error>)?
        private var stage = Stage.start

        init(start: [UInt8], end: [UInt8], rest: (any AsyncIteratorProtocol<[UInt8], any Error>)?) {
            self.start = start
            self.end = end
            self.rest = rest
        }

        mutating func next() async throws -> [UInt8]? {
            switch stage {
            case .start:
                guard rest != nil else { throw AlreadyRead() }
                stage = .rest
                return start
            case .rest:
                while let chunk = try await rest?.next() {
                    if !chunk.isEmpty { return chunk }
                }
                stage = .done
                return end
            case .done:
                return nil
            }
        }
    }
}
