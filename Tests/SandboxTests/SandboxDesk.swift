import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Server
import ServiceLifecycle
import Storage
import StrictJSON
import TestSupport

@testable import Sandbox
@testable import tiyin

/// A whole sandbox in this process, as `tiyin sandbox` makes it, and a browser without a window.
final class SandboxDesk: Sendable {
    let folder = TemporaryFolder()
    let setup: SandboxSetup
    let sandbox: SandboxServer
    private let group: ServiceGroup
    private let task: Task<Void, any Error>
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    var url: String { setup.url }
    var site: SandboxSite { sandbox.site }
    var clock: SandboxClock { sandbox.clock }
    var configuration: SandboxConfiguration { setup.configuration }
    var paymeKey: String { setup.paymeKey }
    var merchantKey: String { setup.merchantKey }

    private init() async throws {
        let setup = SandboxSetup(folder: folder.path, port: try await FreePort.find())
        let sandbox = try await SandboxServer(
            setup, settings: setup.settings(), logger: .silent, pauseMilliseconds: 0)
        self.setup = setup
        self.sandbox = sandbox
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let application = try sandbox.server.application(
            onRunning: { continuation.yield($0) }, adding: { sandbox.site.addRoutes(to: $0) })
        let group = ServiceGroup(configuration: .init(services: [application], logger: .silent))
        self.group = group
        task = Task {
            defer { continuation.finish() }
            try await group.run()
        }
        var iterator = ports.makeAsyncIterator()
        if await iterator.next() == nil { _ = try await task.value }
    }

    /// Starts a sandbox, runs the closure, and stops it, whatever happened.
    static func with<T>(_ body: (SandboxDesk) async throws -> T) async throws -> T {
        let desk = try await SandboxDesk()
        let result: Result<T, any Error>
        do {
            result = .success(try await body(desk))
        } catch {
            result = .failure(error)
        }
        await desk.site.stop()
        await desk.group.triggerGracefulShutdown()
        _ = try? await desk.task.value
        await desk.sandbox.server.store.engine.close()
        return try result.get()
    }

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let text: String

        func header(_ name: String) -> String? { headers.first(name: name) }
        var location: String { header("location") ?? "" }
    }

    func get(_ path: String, headers: [(String, String)] = []) async throws -> Answer {
        try await send(.GET, path, headers: headers)
    }

    /// Sends a form as the page does.
    func post(
        _ path: String, _ fields: [(String, String)] = [], headers: [(String, String)]? = nil
    ) async throws -> Answer {
        let plain = CharacterSet.alphanumerics
        let body = fields.map { name, value in
            let name = name.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
            return "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: plain) ?? "")"
        }.joined(separator: "&")
        let form = [("content-type", "application/x-www-form-urlencoded")]
        return try await send(.POST, path, headers: form + (headers ?? [("origin", url)]), body: body)
    }

    private func send(
        _ method: HTTPMethod, _ path: String, headers: [(String, String)], body: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await Self.http.execute(request, timeout: .seconds(20))
        let bytes = try await response.body.collect(upTo: 1 << 24)
        return Answer(
            status: Int(response.status.code), headers: response.headers, text: String(buffer: bytes))
    }

    // MARK: - What people do

    /// Registers an order on the page.
    func addOrder(_ id: String, _ amount: String, description: String = "Something") async throws {
        let answer = try await post(
            "/sandbox/orders", [("id", id), ("amount", amount), ("description", description)])
        guard answer.location.contains("notice=ordered") else { throw Refused(answer: answer.text) }
    }

    struct Refused: Error {
        let answer: String
    }

    /// Goes the way of a payer: the server's link, the form behind it, the card, the code.
    /// - Returns: the receipt as Payme holds it afterwards, and the page that the payer sees.
    func pay(
        _ order: String, card: TestCard = .works, expiry: String = TestCard.expiry, code: String = TestCard.code,
        conduct: Conduct? = nil
    ) async throws -> (receipt: Receipt, page: String) {
        let link = try await get("/sandbox/checkout?lang=en&order=\(order)").location
        let form = try await get(link).text
        var fields = Self.hiddenFields(form)
        fields += [("card", card.rawValue), ("expiry", expiry), ("code", code)]
        fields.append(("conduct", conduct?.rawValue ?? Self.chosenConduct(form)))
        let outcome = try await post("/sandbox/checkout", fields)
        let id = outcome.location.split(separator: "/").last.map { $0.prefix { $0 != "?" } } ?? ""
        guard let receipt = await site.payme.receipt(String(id)) else { throw Refused(answer: outcome.text) }
        return (receipt, try await get(outcome.location).text)
    }

    private static func hiddenFields(_ form: String) -> [(String, String)] {
        form.matches(of: /<input type="hidden" name="([^"]*)" value="([^"]*)">/).map {
            (unescaped($0.output.1), unescaped($0.output.2))
        }
    }

    private static func chosenConduct(_ form: String) -> String {
        form.firstMatch(of: /<option value="([a-z_]*)" selected>/).map { String($0.output.1) } ?? ""
    }

    private static func unescaped(_ text: Substring) -> String {
        var text = String(text)
        for (escape, plain) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
            text = text.replacingOccurrences(of: escape, with: plain)
        }
        return text
    }

    /// What the merchant API says of an order.
    func status(_ order: String) async throws -> String {
        let answer = try await MerchantClient(url: url, key: merchantKey).call(.GET, "/orders/\(order)")
        return answer.body["status"]?.stringValue ?? "HTTP \(answer.status)"
    }

    /// The timeline, oldest first.
    var entries: [TimelineEntry] { site.timeline.newest(1_000).reversed() }

    /// The methods that Payme called, oldest first.
    var calls: [String] { entries.filter { $0.direction == .payme }.map(\.title) }

    /// The keys of what was said, oldest first.
    var said: [String] { entries.map(\.sentence.key) }

    /// Waits until something is so; the server's hooks and jobs work beside the test.
    func eventually(_ condition: @Sendable () async throws -> Bool) async throws -> Bool {
        for _ in 0..<500 {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
