import Foundation
import Specification
import StrictJSON

/// A notification, any bytes, or a word to the API that the harness plays.
struct YooKassaMessage: WireMessage {
    /// One of YooKassa's addresses. Source: yookassa.md 14.
    private static let ownAddress = "185.71.76.1"

    private enum Body: Sendable {
        case notification(event: String, Template, envelope: Template?)
        case raw(RawTemplate)
        case word(YooKassaWord, event: String?, Template?)
    }

    private let body: Body
    private let shape: HTTPShape
    /// What stands in `X-Forwarded-For`.
    private let sender: String?

    init(
        _ fields: inout SpecFields, calls: [String: Template], in scope: ScenarioScope
    ) throws(SpecificationError) {
        let node = fields.node
        let nodes = ["call", "raw", "knows", "asked", "api"].map { (key: $0, node: fields.optional($0)) }
            .filter { $0.node != nil }
        guard let (key, value) = nodes.first, let value, nodes.count == 1 else {
            throw node.error("a step is one of call, raw, knows, asked, api, together and pause")
        }
        switch key {
        case "raw":
            let template = try RawTemplate(value)
            try scope.check(template.expressions, at: value)
            body = .raw(template)
        case "api":
            let word: YooKassaWord = try value.word("api")
            guard !word.needsObject else { throw value.error("`\(word.rawValue)` stands by itself, with an event") }
            body = .word(word, event: nil, nil)
        case "call":
            let event = try value.string("call")
            let object = try Self.object(event, &fields, calls, scope)
            let envelope = try fields.optional("envelope").map { node throws(SpecificationError) in try Template(node) }
            if let envelope { try scope.check(envelope.expressions, at: node) }
            body = .notification(event: event, object, envelope: envelope)
        default:
            let event = try value.string(key)
            body = .word(key == "knows" ? .knows : .asked, event: event, try Self.object(event, &fields, calls, scope))
        }
        shape = try HTTPShape(&fields, contentType: YooKassaDialect.contentType)
        sender = try fields.optionalString("from")
    }

    private static func object(
        _ event: String, _ fields: inout SpecFields, _ calls: [String: Template], _ scope: ScenarioScope
    ) throws(SpecificationError) -> Template {
        guard let standard = calls[event] else { throw fields.node.error("`methods` has no \(event)") }
        let template = try CallParameters(standard: standard, method: event).template(&fields)
        try scope.check(template.expressions, at: fields.node)
        return template
    }

    /// - Parameter address: nil: one of YooKassa's, if the run is a proxy
    static func sender(_ address: String?, _ configuration: ConformanceConfiguration) -> [Header] {
        guard let address = address ?? (configuration.isProxy ? ownAddress : nil) else { return [] }
        return [Header("X-Forwarded-For", address)]
    }

    // MARK: Sending

    func request(_ context: RequestContext) throws -> PreparedRequest {
        let headers = shape.headers + Self.sender(sender, context.configuration)
        var request = WireRequest(method: shape.method, headers: headers, body: [])
        var sent: JSONObject = [:]
        switch body {
        case .raw(let template): request.body = try context.bindings.bytes(template)
        case .notification(let event, let object, let envelope):
            sent = ["type": "notification", "event": .string(event), "object": try context.bindings.value(object)]
            if let members = try envelope.map(context.bindings.value)?.objectValue {
                for member in members { sent[member.key] = member.value }
            }
            request.body = JSONValue.object(sent).serialized()
        case .word(let word, let event, let object):
            guard let api = context.configuration.bankURL else {
                throw Bindings.Missing(name: YooKassaDialect.apiMark)
            }
            request.url = URL(string: api + YooKassaAPI.words + word.rawValue)
            var members: JSONObject = [:]
            if let event, let object {
                members = ["event": .string(event), "object": try context.bindings.value(object)]
            }
            request.body = JSONValue.object(members).serialized()
        }
        return PreparedRequest(
            request: request, transaction: context.transaction, serial: context.serial, sent: sent)
    }

    func words(for request: WireRequest) -> [String] {
        var words: [String] = []
        if shape.method != "POST" { words.append(shape.method) }
        switch body {
        case .word(let word, let event, _): return [word.sentence(of: event)]
        case .notification: words.append("notification \(StepWords.text(request.body))")
        case .raw: words.append(request.body.isEmpty ? "an empty body" : "body \(StepWords.text(request.body))")
        }
        if let sender { words.append("from \(sender)") }
        return words + shape.words(usual: YooKassaDialect.contentType)
    }
}
