import StrictJSON

/// A request as the merchant gets it.
struct MerchantRequest: Sendable {
    let method: String
    let authorization: String?
    let contentType: String?
    let body: [UInt8]
}

extension Merchant {
    func answer(_ request: MerchantRequest) async -> MerchantResponse {
        if let crash = crash(request) { return crash }
        guard request.method == "POST" else { return failed(.notPost, id: .null) }
        let parsed = Result { try parse(request.body) }
        let envelope = (try? parsed.get())?.objectValue
        let id = self.id(in: envelope, isReadable: (try? parsed.get()) != nil)
        let isAuthorised = admits(request.authorization)
        if !isAuthorised, let refusal = await refusal(parsed, envelope, id) { return refusal }
        guard case .success(let value) = parsed else { return failed(parseError(request.body), id: id) }
        do throws(MerchantError) {
            let (method, params) = try shape(value)
            // GetStatement is the method that forgot to look.
            guard isAuthorised || (has(.sandbox1WrongAuthorisation) && method == "GetStatement") else {
                throw .unauthorised
            }
            return succeeded(try await result(of: method, params), id: id)
        } catch {
            return failed(error, id: id, method: envelope?["method"]?.stringValue, amount: orderAmount(envelope))
        }
    }

    // MARK: Shape

    private func parse(_ body: [UInt8]) throws -> JSONValue {
        var body = body
        if has(.jsonTwoDocuments), let end = String(decoding: body, as: UTF8.self).firstRange(of: "} {") {
            body = Array(String(decoding: body, as: UTF8.self)[..<end.lowerBound].utf8) + [UInt8(ascii: "}")]
        }
        do {
            return try JSONValue(parsing: body, limits: JSONLimits(maximumBytes: 8 << 20))
        } catch {
            if error.code == .tooDeep, has(.deepNesting) { throw MerchantError.failure }
            if error.code == .duplicateKey, has(.duplicateKeys) { throw MerchantError.failure }
            if error.code == .invalidUTF8, has(.invalidUtf8) { throw Stumble() }
            throw error
        }
    }

    /// Something nobody catches.
    struct Stumble: Error {}

    private func parseError(_ body: [UInt8]) -> MerchantError {
        do {
            _ = try parse(body)
        } catch let error as MerchantError {
            return error
        } catch {
            if body.isEmpty { return has(.jsonEmptyBody) ? .failure : .parseError }
            let looksLikeJSON = body.first == UInt8(ascii: "{") || body.first == UInt8(ascii: "[")
            return !looksLikeJSON && has(.jsonBroken) ? .methodNotFound : .parseError
        }
        return .parseError
    }

    private func shape(_ value: JSONValue) throws(MerchantError) -> (String, JSONObject) {
        if value.arrayValue != nil, has(.jsonArrayBody) { throw .failure }
        guard let envelope = value.objectValue else {
            throw value.arrayValue == nil && has(.jsonScalarBody) ? .failure : .invalidRequest
        }
        if envelope["jsonrpc"] != nil, has(.envelopeJsonrpc) { throw .invalidRequest }
        if envelope["method"]?.integerValue != nil, has(.envelopeMethodMissing) { throw .methodNotFound }
        guard var method = envelope["method"]?.stringValue else { throw .invalidRequest }
        if has(.methodWrongCase), let known = Self.methods.first(where: { $0.lowercased() == method }) {
            method = known
        }
        if envelope["params"]?.arrayValue != nil, has(.envelopeParamsMissing) { throw .failure }
        guard let params = envelope["params"]?.objectValue else { throw .invalidRequest }
        return (method, params)
    }

    /// What a request without the right credentials gets.
    private func refusal(
        _ parsed: Result<JSONValue, any Error>, _ envelope: JSONObject?, _ id: JSONValue
    ) async -> MerchantResponse? {
        let method = envelope?["method"]?.stringValue
        if method == "GetStatement", has(.sandbox1WrongAuthorisation) { return nil }
        if has(.authBeforeParse), case .failure = parsed { return failed(.failure, id: .null) }
        if has(.authBeforeShape), case .success(let value) = parsed, (try? shape(value)) == nil {
            return failed(.failure, id: id)
        }
        if let method, has(.authBeforeMethod), !Self.methods.contains(method) {
            return failed(.methodNotFound, id: id, method: method)
        }
        if method == "CreateTransaction", has(.authRefusedChangesNothing),
            let params = envelope?["params"]?.objectValue
        {
            _ = try? await create(params)
        }
        return failed(.unauthorised, id: has(.answerEchoesIdUnauthorised) ? 0 : id)
    }

    private func id(in envelope: JSONObject?, isReadable: Bool) -> JSONValue {
        guard isReadable else { return has(.answerIdUnreadable) ? "unknown" : .null }
        guard let id = envelope?["id"] else { return .null }
        if case .integer(let number) = id, has(.answerEchoesId) {
            return .integer(Int64(Int32(truncatingIfNeeded: number)))
        }
        return id
    }

    private func orderAmount(_ envelope: JSONObject?) -> Int64? {
        guard let account = envelope?["params"]?["account"], let order = try? order(in: account) else { return nil }
        return order.amount
    }
}
