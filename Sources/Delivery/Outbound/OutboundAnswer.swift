import NIOHTTP1

/// What the other side answered.
public struct OutboundAnswer: Sendable {
    /// The HTTP status.
    public let status: Int
    /// Empty unless the limits keep it.
    public let body: [UInt8]
    private let headers: HTTPHeaders

    init(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, in whatever case.
    public func header(_ name: String) -> String? { headers.first(name: name) }
}
