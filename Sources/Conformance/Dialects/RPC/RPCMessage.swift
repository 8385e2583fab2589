import Specification
import StrictJSON

/// A call, any JSON or any bytes, with credentials.
struct RPCMessage: WireMessage {
    enum Body: Sendable {
        /// A method with its parameters, in the request's usual envelope.
        case call(method: String, params: Template, envelope: [(key: String, value: Template)])
        /// Any JSON.
        case message(Template)
        /// Any text, and bytes that are none.
        case raw(RawTemplate)
    }

    private let body: Body
    /// The `id` of the envelope, if not a new integer.
    private let rpcID: Template?
    private let shape: HTTPShape
    private let authorization: AuthorizationVariant

    init(
        _ fields: inout SpecFields, methods: [String: Template], in scope: ScenarioScope
    ) throws(SpecificationError) {
        let node = fields.node
        body = try Self.body(&fields, methods, scope)
        rpcID = try fields.optional("rpc_id").map { node throws(SpecificationError) in try Template(node) }
        if let rpcID { try scope.check(rpcID.expressions, at: node) }
        authorization = try fields.optional("auth")?.word("auth") ?? .valid
        shape = try HTTPShape(&fields, contentType: RPCDialect.contentType)
    }

    private static func body(
        _ fields: inout SpecFields, _ methods: [String: Template], _ scope: ScenarioScope
    ) throws(SpecificationError) -> Body {
        let node = fields.node
        let call = fields.optional("call")
        let message = fields.optional("message")
        let raw = fields.optional("raw")
        guard [call, message, raw].count(where: { $0 != nil }) == 1 else {
            throw node.error("a step is one of call, message, raw, together and pause")
        }
        if let raw {
            let template = try RawTemplate(raw)
            try scope.check(template.expressions, at: raw)
            return .raw(template)
        }
        if let message {
            let template = try Template(message)
            try scope.check(template.expressions, at: message)
            return .message(template)
        }
        let method = try call?.string("call") ?? ""
        guard let standard = methods[method] else { throw node.error("`methods` has no \(method)") }
        let params = try CallParameters(standard: standard, method: method).template(&fields)
        var envelope: [(key: String, value: Template)] = []
        for entry in try fields.optional("envelope")?.entries("envelope") ?? [] {
            envelope.append((key: entry.key, value: try Template(entry.value)))
        }
        try scope.check(params.expressions + envelope.flatMap(\.value.expressions), at: node)
        return .call(method: method, params: params, envelope: envelope)
    }

    // MARK: Sending

    func request(_ context: RequestContext) throws -> PreparedRequest {
        let bindings = context.bindings
        let rpcID = try rpcID.map(bindings.value) ?? context.serial
        bindings.serial = rpcID
        let request = WireRequest(
            method: shape.method, headers: shape.headers,
            authorization: RPCCredentials(context.configuration).header(authorization),
            shownAuthorization: RPCCredentials.description(authorization),
            // What GET asks for has no body.
            body: shape.method == "GET" ? [] : try bytes(bindings, rpcID))
        return PreparedRequest(request: request, transaction: context.transaction, serial: rpcID, sent: [:])
    }

    private func bytes(_ bindings: Bindings, _ rpcID: JSONValue) throws -> [UInt8] {
        switch body {
        case .raw(let template): return try bindings.bytes(template)
        case .message(let template): return try bindings.value(template).serialized()
        case .call(let method, let params, let envelope):
            var message = JSONObject()
            for member in envelope { message[member.key] = try bindings.value(member.value) }
            message["method"] = .string(method)
            message["params"] = try bindings.value(params)
            message["id"] = rpcID
            return JSONValue.object(message).serialized()
        }
    }

    func words(for request: WireRequest) -> [String] {
        var words: [String] = []
        if shape.method != "POST" { words.append(shape.method) }
        switch body {
        case .call(let method, _, _):
            let params = (try? JSONValue(parsing: request.body))?.objectValue?["params"]
            words.append("\(method) \(params?.text.shortened(to: StepWords.width) ?? "")")
        case .message: words.append("message \(StepWords.text(request.body))")
        case .raw: words.append(request.body.isEmpty ? "an empty body" : "body \(StepWords.text(request.body))")
        }
        if authorization != .valid { words.append("with \(request.shownAuthorization ?? "no credentials")") }
        return words + shape.words(usual: RPCDialect.contentType)
    }
}
