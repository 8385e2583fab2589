import Hummingbird
import NIOCore

extension Request {
    /// The whole body.
    /// - Throws: `NIOTooManyBytesError` beyond the limit, before more than that is held in memory.
    func bytes(upTo limit: Int) async throws -> [UInt8] {
        var buffer = try await body.collect(upTo: limit)
        return buffer.readBytes(length: buffer.readableBytes) ?? []
    }
}
