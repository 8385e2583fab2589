public import StrictJSON

/// What a caller's side may want otherwise than JSON-RPC 2.0 has it.
public struct RPCAnswerStyle: Sendable, Hashable {
    /// Whether answers carry the member `jsonrpc`.
    public var sendsVersion: Bool
    /// The id of an answer to a request whose id could not be read, or that has none.
    public var unreadableID: JSONValue

    /// As JSON-RPC 2.0 has it.
    public static let standard = RPCAnswerStyle(sendsVersion: true, unreadableID: .null)

    /// - Parameters:
    ///   - sendsVersion: false: answers have no member `jsonrpc`.
    ///   - unreadableID: what stands in place of null, such as 0.
    public init(sendsVersion: Bool, unreadableID: JSONValue) {
        self.sendsVersion = sendsVersion
        self.unreadableID = unreadableID
    }
}

extension RPCAnswerStyle {
    private static let version = Array(#""jsonrpc":"2.0","#.utf8)
    private static let nullID = Array(#""id":null}"#.utf8)

    /// The answer in this style. It was rendered in the standard one, so both places are known.
    func apply(to answer: RPCAnswer) -> RPCAnswer {
        guard self != .standard else { return answer }
        var styled = answer
        switch answer.body {
        case .empty: break
        case .bytes(let bytes): styled.body = .bytes(withID(withVersion(bytes), answer.id))
        case .stream(let chunks): styled.body = .stream(StyledChunks(chunks: chunks, style: self))
        }
        return styled
    }

    fileprivate func withVersion(_ bytes: [UInt8]) -> [UInt8] {
        guard !sendsVersion, bytes.dropFirst().starts(with: Self.version) else { return bytes }
        return [UInt8(ascii: "{")] + bytes.dropFirst(1 + Self.version.count)
    }

    private func withID(_ bytes: [UInt8], _ id: JSONValue) -> [UInt8] {
        guard id.isNull, !unreadableID.isNull, bytes.suffix(Self.nullID.count).elementsEqual(Self.nullID) else {
            return bytes
        }
        return bytes.dropLast(Self.nullID.count) + Array(#""id":\#(unreadableID.text)}"#.utf8)
    }
}

/// A streamed answer whose first chunk is restyled. Its id was read, or there would be no result to stream.
private struct StyledChunks: AsyncSequence, Sendable {
    let chunks: any AsyncSequence<[UInt8], any Error> & Sendable
    let style: RPCAnswerStyle

    func makeAsyncIterator() -> Iterator {
        Iterator(chunks: chunks.makeAsyncIterator(), style: style)
    }

    struct Iterator: AsyncIteratorProtocol {
        var chunks: any AsyncIteratorProtocol<[UInt8], any Error>
        let style: RPCAnswerStyle
        var isFirst = true

        init(chunks: any AsyncIteratorProtocol<[UInt8], any Error>, style: RPCAnswerStyle) {
            self.chunks = chunks
            self.style = style
        }

        mutating func next() async throws -> [UInt8]? {
            guard let chunk = try await chunks.next() else { return nil }
            defer { isFirst = false }
            return isFirst ? style.withVersion(chunk) : chunk
        }
    }
}
