import AsyncHTTPClient
import Foundation
import NIOCore
public import NIOHTTP1

/// A browser without scripts, as a test plays it: it opens pages, and sends their forms with their seals.
public struct GroupClient: Sendable {
    public let url: String
    /// Where it follows nothing by itself.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    public init(_ host: GroupHost) { self.init(url: host.url) }

    /// Of any server.
    public init(url: String) { self.url = url }

    public struct Reply: Sendable {
        public let status: Int
        public let headers: HTTPHeaders
        public let text: String
        public func header(_ name: String) -> String? { headers.first(name: name) }

        /// The seal of the page's forms.
        public var seal: String {
            guard let start = text.range(of: #"name="seal" value=""#)?.upperBound,
                let end = text[start...].firstIndex(of: "\"")
            else { return "" }
            return String(text[start..<end])
        }

        /// What the page says first.
        public var heading: String { between("<h1>", "</h1>") }
        /// Why something was not done; empty: nothing is said of that.
        public var error: String { between(#"role="alert">"#, "</div>") }

        public func between(_ start: String, _ end: String) -> String {
            guard let from = text.range(of: start)?.upperBound,
                let to = text[from...].range(of: end)?.lowerBound
            else { return "" }
            return text[from..<to].replacing(#/<[^>]*>/#, with: " ").trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    public func send(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, headers: [(String, String)] = []
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await Self.http.execute(request, timeout: .seconds(20))
        let bytes = Array(buffer: try await response.body.collect(upTo: 1 << 20))
        return Reply(
            status: Int(response.status.code), headers: response.headers, text: String(decoding: bytes, as: UTF8.self))
    }

    public func open(_ path: String, _ headers: [(String, String)] = []) async throws -> Reply {
        try await send(.GET, path, headers: headers)
    }

    /// Opens the page and sends one of its forms.
    public func submit(
        _ path: String, _ action: String, _ fields: [(String, String)] = [], language: String = "en"
    ) async throws -> Reply {
        let seal = try await open("\(path)?lang=\(language)").seal
        return try await post(path, action, [("seal", seal)] + fields, language: language)
    }

    public func post(
        _ path: String, _ action: String, _ fields: [(String, String)], language: String = "en",
        headers: [(String, String)] = []
    ) async throws -> Reply {
        try await send(
            .POST, "\(path)/\(action)?lang=\(language)", Self.encode(fields),
            headers: [("content-type", "application/x-www-form-urlencoded")] + headers)
    }

    public static func encode(_ fields: [(String, String)]) -> String {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._")
        return fields.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")"
        }.joined(separator: "&")
    }
}
