import Foundation
import Specification
import StrictJSON

/// A notice, any bytes, or a word to the bank that the harness plays.
struct PixMessage: WireMessage {
    static let notice = "notice"

    /// How the payments of a notice stand in its body.
    private enum Shape: String, CaseIterable {
        /// `{"pix": [...]}`
        case standard
        /// `[...]`
        case array
    }

    /// Where it goes.
    private enum Path: String, CaseIterable {
        /// The address and `/pix`.
        case suffix
        /// The address alone.
        case base
    }

    private enum Body: Sendable {
        case notice(Template, shape: Shape, also: [Template])
        case raw(RawTemplate)
        case bank(PixBankWord, Template)
    }

    private let body: Body
    private let shape: HTTPShape
    private let path: Path

    init(
        _ fields: inout SpecFields, calls: [String: Template], in scope: ScenarioScope
    ) throws(SpecificationError) {
        let node = fields.node
        switch (fields.optional("call"), fields.optional("raw"), fields.optional("bank")) {
        case (let call?, nil, nil):
            let item = try Self.item(try call.string("call"), &fields, calls, scope)
            var also: [Template] = []
            for node in try fields.optionalSequence("also") ?? [] { also.append(try Template(node)) }
            try scope.check(also.flatMap(\.expressions), at: node)
            body = .notice(item, shape: try fields.optional("shape")?.word("shape") ?? .standard, also: also)
        case (nil, let raw?, nil):
            let template = try RawTemplate(raw)
            try scope.check(template.expressions, at: raw)
            body = .raw(template)
        case (nil, nil, let bank?):
            body = .bank(try bank.word("bank"), try Self.item(Self.notice, &fields, calls, scope))
        default: throw node.error("a step is one of call, raw, bank, together and pause")
        }
        shape = try HTTPShape(&fields, contentType: PixDialect.contentType)
        path = try fields.optional("path")?.word("path") ?? .suffix
    }

    private static func item(
        _ name: String, _ fields: inout SpecFields, _ calls: [String: Template], _ scope: ScenarioScope
    ) throws(SpecificationError) -> Template {
        guard let standard = calls[name] else { throw fields.node.error("`methods` has no \(name)") }
        let template = try CallParameters(standard: standard, method: name).template(&fields)
        try scope.check(template.expressions, at: fields.node)
        return template
    }

    /// The bank writes its suffix behind the address, whatever that is.
    static func url(_ address: String, suffix: Bool) -> URL? { URL(string: suffix ? address + "/pix" : address) }

    func request(_ context: RequestContext) throws -> PreparedRequest {
        var request = WireRequest(method: shape.method, headers: shape.headers, body: [])
        request.url = Self.url(context.configuration.url, suffix: path == .suffix)
        var sent: JSONObject = [:]
        switch body {
        case .raw(let template): request.body = try context.bindings.bytes(template)
        case .notice(let item, let shape, let also):
            let first = try context.bindings.value(item)
            sent = first.objectValue ?? [:]
            let items = [first] + (try also.map(context.bindings.value))
            let value: JSONValue = shape == .standard ? ["pix": .array(items)] : .array(items)
            request.body = value.serialized()
        case .bank(let word, let item):
            guard let bank = context.configuration.bankURL else { throw Bindings.Missing(name: PixDialect.bankMark) }
            request.url = URL(string: bank + PixBank.words + word.rawValue)
            request.body = try context.bindings.value(item).serialized()
        }
        return PreparedRequest(
            request: request, transaction: context.transaction, serial: context.serial, sent: sent)
    }

    func words(for request: WireRequest) -> [String] {
        if case .bank(let word, _) = body { return [word.sentence] }
        var words: [String] = []
        if shape.method != "POST" { words.append(shape.method) }
        words.append(request.body.isEmpty ? "an empty body" : "notice \(StepWords.text(request.body))")
        if path == .base { words.append("without /pix") }
        return words + shape.words(usual: PixDialect.contentType)
    }
}

/// What the harness tells the bank that it plays.
enum PixBankWord: String, CaseIterable, Sendable {
    /// The payment of the step is in its books.
    case knows
    /// Answers 200 once somebody has asked for that payment or its charge since it was last forgotten, and 408 if
    /// nobody does.
    case asked
    /// Forgets who has asked.
    case forget
    /// Every call is answered 503 from now on.
    case down
    /// Not any more.
    case up

    var sentence: String {
        switch self {
        case .knows: "(the bank knows the payment)"
        case .asked: "(does the endpoint ask the bank?)"
        case .forget: "(the bank forgets who has asked)"
        case .down: "(the bank is out of order)"
        case .up: "(the bank is in order again)"
        }
    }
}
