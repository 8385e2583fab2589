import StrictJSON

/// Turns what a scenario wants sent into requests.
struct RequestBuilder {
    let credentials: Credentials
    let bindings: Bindings

    /// A request, and the `id` it carries.
    struct Prepared: Sendable {
        let request: WireRequest
        let rpcID: JSONValue
    }

    /// - Parameters:
    ///   - transaction: what `{id}` and `{time}` stand for
    ///   - rpcID: the `id` to send, unless the step has one of its own
    func request(_ sending: Sending, transaction: String, rpcID: JSONValue) throws -> Prepared {
        bindings.transaction = transaction
        bindings.rpcID = rpcID
        let rpcID = try sending.rpcID.map(bindings.value) ?? rpcID
        bindings.rpcID = rpcID
        var headers = [Header("User-Agent", "tiyin-conform")]
        if let type = sending.contentType { headers.append(Header("Content-Type", type)) }
        let request = WireRequest(
            method: sending.httpMethod,
            headers: headers,
            authorization: credentials.header(sending.authorization),
            shownAuthorization: Credentials.description(sending.authorization),
            // What GET asks for has no body.
            body: sending.httpMethod == "GET" ? [] : try body(sending.body, rpcID: rpcID))
        return Prepared(request: request, rpcID: rpcID)
    }

    private func body(_ body: Sending.Body, rpcID: JSONValue) throws -> [UInt8] {
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
}
