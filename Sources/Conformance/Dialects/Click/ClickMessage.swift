import Foundation
import Specification
import StrictJSON

/// A signed call, or any bytes, to the URL of Prepare or to that of Complete.
struct ClickMessage: WireMessage {
    private enum Body: Sendable {
        case call(Call)
        case raw(RawTemplate)
    }

    private struct Call: Sendable {
        let name: String
        let fields: Template
        let signature: SignatureVariant
        /// Values that the signature is made of in place of those that are sent.
        let signedAs: [(name: String, value: Template)]
        let parts: [ClickSpecification.SignaturePart]
        let encoding: ClickForm.Encoding
        /// What stands after the fields, as it is.
        let appended: RawTemplate?
    }

    private let body: Body
    private let shape: HTTPShape
    private let goesToComplete: Bool

    init(
        _ fields: inout SpecFields, calls: [String: Template], _ specification: ClickSpecification,
        in scope: ScenarioScope
    ) throws(SpecificationError) {
        let node = fields.node
        let call = fields.optional("call")
        let raw = fields.optional("raw")
        switch (call, raw) {
        case (let call?, nil):
            let name = try call.string("call")
            body = .call(try Self.call(name, &fields, calls, specification, scope))
            goesToComplete = name == ClickDialect.complete
        case (nil, let raw?):
            let template = try RawTemplate(raw)
            try scope.check(template.expressions, at: raw)
            body = .raw(template)
            goesToComplete = false
        default: throw node.error("a step is one of call, raw, together and pause")
        }
        shape = try HTTPShape(&fields, contentType: ClickDialect.contentType)
    }

    private static func call(
        _ name: String, _ fields: inout SpecFields, _ calls: [String: Template],
        _ specification: ClickSpecification, _ scope: ScenarioScope
    ) throws(SpecificationError) -> Call {
        let node = fields.node
        guard let standard = calls[name] else { throw node.error("`methods` has no \(name)") }
        let template = try CallParameters(standard: standard, method: name).template(&fields)
        try scope.check(template.expressions, at: node)
        var signedAs: [(name: String, value: Template)] = []
        for entry in try fields.optional("signed_as")?.entries("signed_as") ?? [] {
            guard specification.fields.contains(where: { $0.name == entry.key }) else {
                throw entry.value.error("there is no field \(entry.key) to sign")
            }
            signedAs.append((name: entry.key, value: try Template(entry.value)))
        }
        try scope.check(signedAs.flatMap(\.value.expressions), at: node)
        let appended = try fields.optional("append").map { node throws(SpecificationError) in try RawTemplate(node) }
        if let appended { try scope.check(appended.expressions, at: node) }
        return Call(
            name: name, fields: template, signature: try fields.optional("sign")?.word("sign") ?? .valid,
            signedAs: signedAs,
            parts: name == ClickDialect.complete
                ? specification.completeSignature : specification.prepareSignature,
            encoding: try fields.optional("encoding")?.word("encoding") ?? .plus, appended: appended)
    }

    // MARK: Sending

    func request(_ context: RequestContext) throws -> PreparedRequest {
        var request = WireRequest(
            method: shape.method, headers: shape.headers, body: [])
        if goesToComplete { request.url = context.configuration.completeURL.flatMap(URL.init(string:)) }
        guard case .call(let call) = body else {
            if case .raw(let template) = body { request.body = try context.bindings.bytes(template) }
            return prepared(request, context, sent: [:])
        }
        let values = try context.bindings.value(call.fields).objectValue ?? [:]
        var replaced: [String: String] = [:]
        for (name, value) in call.signedAs {
            replaced[name] = ClickForm.text(of: try context.bindings.value(value))
        }
        var form = ClickForm(values)
        let unsigned = form
        let signature = ClickSigner(key: context.configuration.key)
            .signature(call.signature, call.parts) { replaced[$0] ?? unsigned.text($0) }
        if let signature {
            form.append(ClickForm.signField, signature)
            // A few digits are no secret, and would be found anywhere.
            if signature.utf8.count > 16 { request.secrets = [signature] }
        }
        let words = call.signature.words + (replaced.isEmpty ? "" : " of other values")
        let rest = try call.appended.map(context.bindings.bytes) ?? []
        request.body = form.body(call.encoding) + rest
        request.shownBody = form.shown(call.encoding, signature: words) + rest
        return prepared(request, context, sent: values)
    }

    private func prepared(_ request: WireRequest, _ context: RequestContext, sent: JSONObject) -> PreparedRequest {
        PreparedRequest(
            request: request, transaction: context.transaction, serial: context.serial, sent: sent)
    }

    func words(for request: WireRequest) -> [String] {
        var words: [String] = []
        if shape.method != "POST" { words.append(shape.method) }
        let shown = StepWords.text(request.shownBody ?? request.body)
        switch body {
        case .call(let call): words.append("\(call.name) \(shown)")
        case .raw: words.append(request.body.isEmpty ? "an empty body" : "body \(shown)")
        }
        return words + shape.words(usual: ClickDialect.contentType)
    }
}
