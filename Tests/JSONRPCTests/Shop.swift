import JSONRPC
import Specification
import StrictJSON
import Synchronization
import Testing

/// A small document, its flags to choose.
struct Shop: Sendable {
    var version = "optional"
    var params = "required"
    var batches = "refused"
    var notifications = "answered"

    static let plain = Shop()
    /// JSON-RPC 2.0 as its specification has it.
    static let standard = Shop(
        version: "required", params: "optional", batches: "allowed\n  batch-limit: 4", notifications: "silent")

    func document() throws -> OpenRPCDocument {
        try OpenRPCDocument(yaml: Array(yaml.utf8), name: "shop.yaml")
    }

    /// A dispatcher whose handlers do what their parameter `do` says.
    func dispatcher() throws -> RPCDispatcher<Log> {
        try RPCDispatcher(document: document(), methods: [Self.buy, Self.list])
    }

    var yaml: String {
        """
        openrpc: 1.3.2
        info: {title: Shop, version: 1.0.0}
        x-rpc:
          version: \(version)
          params: \(params)
          batches: \(batches)
          notifications: \(notifications)
          errors:
            notPost: NotPost
            parseError: ParseError
            invalidRequest: InvalidRequest
            methodNotFound: NoSuchMethod
            invalidParams: InvalidRequest
            unauthorized: Unauthorized
            internalError: Failed
          code-ranges:
            payer: {minimum: -59, maximum: -50, data: required, text: replaceable}
        methods:
          - name: Buy
            summary: Buy something.
            paramStructure: by-name
            params:
              - {name: do, required: true, schema: {type: string}}
              - {name: count, schema: {type: integer, minimum: 1, format: int64}}
            result: {name: sold, schema: {type: object, required: [sold], properties: {sold: {type: boolean}}}}
            errors: [{$ref: '#/components/errors/NoMoney'}, {$ref: '#/components/errors/Closed'}]
          - name: List
            summary: List what there is.
            x-invalid-params: BadList
            paramStructure: by-name
            params: [{name: rows, required: true, schema: {type: array, items: {type: integer}}}]
            result: {name: list, schema: {type: array, items: {type: integer}}}
            errors: []
          - name: Later
            summary: Perhaps one day.
            x-optional: true
            paramStructure: by-name
            params: []
            result: {name: nothing, schema: {type: 'null'}}
            errors: []
        components:
          errors:
            NotPost: {code: -1, message: Post.}
            ParseError: {code: -2, message: Parse.}
            InvalidRequest: {code: -3, message: Request.}
            NoSuchMethod: {code: -4, message: Method.}
            Unauthorized: {code: -5, message: Rights.}
            Failed: {code: -6, message: Failed.}
            BadList: {code: -7, message: 'Bad "list".'}
            Closed: {code: -8, message: Closed.}
            NoMoney: {code: -50, message: Money.}
        x-errors:
          NotPost: {ru: "Р1", uz: U1}
          ParseError: {ru: "Р2", uz: U2}
          InvalidRequest: {ru: "Р3", uz: U3}
          NoSuchMethod: {data: required, ru: "Р4", uz: U4}
          Unauthorized: {ru: "Р5", uz: U5}
          Failed: {ru: "Р6", uz: U6}
          BadList: {ru: "Р7", uz: Uʻ7}
          Closed: {ru: "Р8", uz: U8}
          NoMoney: {range: payer, ru: "Р50", uz: U50}
        """
    }
}

/// What a handler threw that the document knows nothing of.
struct Mishap: Error {}

/// Counts what the handlers did.
final class Log: Sendable {
    private let calls = Mutex<[String]>([])

    func note(_ call: String) { calls.withLock { $0.append(call) } }

    var entries: [String] { calls.withLock { $0 } }
}

extension Shop {
    static let buy = RPCMethod<Log>("Buy", raises: ["NoMoney"]) { params, log in
        let action = params["do"]?.stringValue ?? ""
        log.note("Buy \(action)")
        switch action {
        case "refuse": throw RPCFailure("NoMoney", data: "purse")
        case "refuse silently": throw RPCFailure("NoMoney")
        case "refuse in own words":
            throw RPCFailure("NoMoney", data: "purse", message: LocalizedText(ru: "Своё", uz: "Oʻz", en: "Own \"one\""))
        case "refuse a constant in own words":
            throw RPCFailure("InvalidRequest", message: LocalizedText(ru: "а", uz: "b", en: "c"))
        case "refuse unannounced": throw RPCFailure("Closed")
        case "refuse strangely": throw RPCFailure("Unheard")
        case "fail politely": throw RPCFailure("Failed")
        case "fail": throw Mishap()
        case "cancel": throw CancellationError()
        case "bytes": return .bytes(Array(#"{"sold":true,"by":"bytes"}"#.utf8))
        default: return .value(["sold": true])
        }
    }

    /// Streams `rows`, one chunk each; a negative row fails, a 0 is an empty chunk.
    static let list = RPCMethod<Log>("List", raises: []) { params, log in
        let rows = params["rows"]?.arrayValue?.compactMap(\.integerValue) ?? []
        log.note("List")
        return .stream(
            AsyncThrowingStream { continuation in
                for row in rows {
                    if row < 0 { return continuation.finish(throwing: Mishap()) }
                    continuation.yield(row == 0 ? [] : Array((row == 1 ? "[1" : row == 9 ? "]" : ",\(row)").utf8))
                }
                continuation.finish()
            })
    }
}

extension RPCDispatcher<Log> {
    /// The answer to a request, as text; nil if there is none.
    func text(_ body: String, admission: RPCAdmission = .granted, log: Log = Log()) async throws -> String? {
        let answer = await answer(to: Array(body.utf8), admission: admission, context: log)
        if case .empty = answer.body { return nil }
        return String(decoding: try await answer.body.collect(), as: UTF8.self)
    }
}

/// The text of an error answer of the shop.
func failure(_ code: Int, _ english: String, data: String? = nil, id: String = "1") -> String {
    let uzbek = code == -7 ? "Uʻ7" : "U\(-code)"
    let data = data.map { #","data":"\#($0)""# } ?? ""
    let message = #"{"ru":"Р\#(-code)","uz":"\#(uzbek)","en":"\#(english)"}"#
    return #"{"jsonrpc":"2.0","error":{"code":\#(code),"message":\#(message)\#(data)},"id":\#(id)}"#
}
