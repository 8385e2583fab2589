public import AsyncHTTPClient
import NIOCore
public import NIOHTTP1
public import StrictJSON

/// The shop's own programs, as a test plays them.
public struct MerchantClient: Sendable {
    /// Without a slash at the end: `http://127.0.0.1:8080`
    public let url: String
    public var key: String
    public var http = HTTPClient.shared

    public init(url: String, key: String) {
        self.url = url
        self.key = key
    }

    public struct Answer: Sendable {
        public let status: Int
        public let body: JSONValue
        public let headers: HTTPHeaders

        public func header(_ name: String) -> String? { headers.first(name: name) }
    }

    /// A call of the merchant API.
    public func call(
        _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil, headers: [(String, String)] = []
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        request.headers.add(name: "authorization", value: "Bearer \(key)")
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body.serialized())) }
        let response = try await http.execute(request, timeout: .seconds(20))
        let bytes = Array(buffer: try await response.body.collect(upTo: 1 << 24))
        return Answer(
            status: Int(response.status.code),
            body: bytes.isEmpty ? .null : try JSONValue(parsing: bytes, limits: .generous), headers: response.headers)
    }

    /// Registers an order; once more is no mistake.
    public func addOrder(_ id: String, _ amount: String = "5000.00") async throws {
        let body: JSONValue = [
            "id": .string(id), "kind": "one_time", "amount": ["value": .string(amount), "currency": "UZS"],
        ]
        try await add(body)
    }

    /// Registers an account that can be topped up with any amount.
    public func addAccount(_ id: String) async throws {
        try await add(["id": .string(id), "kind": "cumulative", "currency": "UZS"])
    }

    private func add(_ body: JSONValue) async throws {
        let answer = try await call(.POST, "/orders", body)
        guard [200, 201].contains(answer.status) else {
            throw UnexpectedAnswer(status: answer.status, body: answer.body.text)
        }
    }

    public func post(
        _ path: String, _ body: JSONValue, headers: [(String, String)] = []
    ) async throws -> Answer { try await call(.POST, path, body, headers: headers) }

    public func get(_ path: String) async throws -> Answer { try await call(.GET, path) }
}
