import JSONRPC
import Payme
import Payments
import Specification
import Storage
import StrictJSON
import TestSupport
import Testing

/// A shop with Payme's endpoint, called as Payme calls it but without HTTP. Every answer is held against the document.
struct PaymeShop: Sendable {
    static let key = "cashbox-key"
    static let document: OpenRPCDocument = {
        do {
            return try Specifications.load().payme
        } catch {
            preconditionFailure("\(error)")
        }
    }()
    private static let checker = RPCAnswerChecker(document: document)

    let base: TestStore
    let gateway: PaymeGateway
    /// When it opened, milliseconds since 1970; the clock stands unless it is moved.
    let opening: Int64

    var clock: ManualClock { base.clock }

    /// Opens it, runs the closure, closes it.
    static func with(
        _ hooks: PaymentHooks = PaymentHooks(), migrations: [Migration] = [], targets: [String]? = nil,
        configuration: PaymeConfiguration = .shop(), _ body: (PaymeShop) async throws -> Void
    ) async throws {
        let base = try await TestStore(hooks: hooks, migrations: migrations, targets: targets)
        do {
            let gateway = try PaymeGateway(
                configuration, service: base.service, store: base.store, specifications: try .load())
            try await body(PaymeShop(base: base, gateway: gateway, opening: base.clock.now))
        } catch {
            await base.close()
            throw error
        }
        await base.close()
    }

    /// Sends a body as it is.
    func send(
        _ body: some Sequence<UInt8>, method: String? = nil, isPost: Bool = true,
        authorization: String? = Credentials.header(key), isAddressAllowed: Bool = true,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> PaymeAnswer {
        let call = PaymeCall(
            isPost: isPost, authorization: authorization, isAddressAllowed: isAddressAllowed, logger: .silent)
        let answer = try await PaymeAnswer(gateway.answer(call, body: Array(body)))
        if gateway.configuration.answerStyle == .standard {
            let problems = Self.checker.problems(inAnswer: answer.value, toMethod: method)
            #expect(problems == [], "\(answer.text)", sourceLocation: sourceLocation)
        }
        if let error = answer.error {
            let code = Self.document.error(named: error).map { Int64($0.code) }
            #expect(answer.value["error"]?["code"]?.integerValue == code, sourceLocation: sourceLocation)
        }
        return answer
    }

    func call(
        _ method: String, _ params: JSONValue, id: JSONValue = 1, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> PaymeAnswer {
        let request: JSONValue = ["method": .string(method), "params": params, "id": id]
        let answer = try await send(request.serialized(), method: method, sourceLocation: sourceLocation)
        #expect(answer.value["id"] == id, sourceLocation: sourceLocation)
        return answer
    }
}

extension PaymeConfiguration {
    /// The configuration of a test's shop, with what is set in the closure.
    static func shop(_ set: (inout PaymeConfiguration) -> Void = { _ in }) -> PaymeConfiguration {
        var configuration = PaymeConfiguration(key: PaymeShop.key)
        set(&configuration)
        return configuration
    }
}

/// What Payme got.
struct PaymeAnswer: Sendable {
    let bytes: [UInt8]
    let value: JSONValue
    /// The error's name in the document; nil: it is a result.
    let error: String?
    /// Why, as the log would have it.
    let cause: String?

    init(_ answer: RPCAnswer) async throws {
        bytes = try await answer.body.collect()
        value = try JSONValue(parsing: bytes, limits: .generous)
        error = answer.errorName?.rawValue
        cause = answer.underlyingError.map { "\($0)" }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var result: JSONValue? { value["result"] }
    var data: String? { value["error"]?["data"]?.stringValue }
    /// The error's text in a language: `ru`, `uz`, `en`.
    func message(_ language: String) -> String? { value["error"]?["message"]?[language]?.stringValue }

    /// The result as it was sent, or the error as `Name` or `Name(data)`.
    var short: String {
        guard let error else { return result?.text ?? text }
        return data.map { "\(error)(\($0))" } ?? error
    }
}
