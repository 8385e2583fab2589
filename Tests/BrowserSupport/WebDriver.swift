import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import StrictJSON
import TestSupport

/// One W3C WebDriver session: commands as JSON over HTTP.
///
/// Source: https://www.w3.org/TR/webdriver2/
struct WebDriver: Sendable {
    let base: String

    /// Asks, and answers the command's `value`.
    /// - Parameter path: below the base, with a slash at its beginning.
    /// - Throws: ``WebDriverError``
    func get(_ path: String) async throws -> JSONValue { try await call(.GET, path, nil) }

    /// Commands, and answers the command's `value`.
    /// - Throws: ``WebDriverError``
    @discardableResult
    func post(_ path: String, _ body: JSONValue = [:]) async throws -> JSONValue { try await call(.POST, path, body) }

    func delete(_ path: String) async throws { _ = try await call(.DELETE, path, nil) }

    private func call(_ method: HTTPMethod, _ path: String, _ body: JSONValue?) async throws -> JSONValue {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.headers.add(name: "content-type", value: "application/json; charset=utf-8")
        if let body { request.body = .bytes(ByteBuffer(bytes: body.serialized())) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        let bytes = Array(buffer: try await response.body.collect(upTo: 1 << 27))
        let value = try JSONValue(parsing: bytes, limits: .generous)["value"] ?? .null
        guard let error = value["error"]?.stringValue, response.status.code >= 400 else { return value }
        throw WebDriverError(command: "\(method.rawValue) \(path)", code: error, message: value["message"]?.stringValue)
    }
}

/// The browser refused a command.
public struct WebDriverError: Error, CustomStringConvertible {
    let command: String
    /// The standard's own: `no such element`, `stale element reference`, …
    public let code: String
    public let message: String
    /// There is no such element, or its page was left.
    public var isOfPageThatIsGone: Bool { ["no such element", "stale element reference"].contains(code) }

    init(command: String, code: String, message: String?) {
        self.command = command
        self.code = code
        // Below the first line is the driver's own stack.
        self.message = message.map { String($0.prefix { $0 != "\n" }) } ?? ""
    }

    public var description: String { "\(command): \(code): \(message)" }
}
