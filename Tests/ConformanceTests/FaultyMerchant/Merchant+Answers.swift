import StrictJSON

extension Merchant {
    func succeeded(_ result: JSONObject, id: JSONValue) -> MerchantResponse {
        var envelope: JSONObject = ["jsonrpc": "2.0", "result": .object(result), "id": id]
        if has(.answerSoleMember) { envelope["error"] = .null }
        return response(envelope)
    }

    func failed(
        _ error: MerchantError, id: JSONValue, method: String? = nil, amount: Int64? = nil
    ) -> MerchantResponse {
        var message: JSONValue = ["ru": "Ошибка", "uz": "Xatolik", "en": "Error"]
        if error.isAboutAccount, has(.errorAccountLocalised) { message = "Order not found" }
        if error == .transactionNotFound, has(.errorOthersLocalised) { message = "Transaction not found" }
        if error == .wrongAmount, has(.errorHidesAmount), let amount {
            message = ["ru": "Ожидается \(amount)", "uz": "Kutilgan: \(amount)", "en": "Expected \(amount)"]
        }
        var data: JSONValue?
        if error.isAboutAccount, !has(.errorAccountData) { data = .string(Self.accountField) }
        if error == .methodNotFound, !has(.methodUnknown) { data = method.map { .string($0) } }
        if error == .transactionNotFound, has(.errorObject) { data = ["reason": "no such row"] }
        var object: JSONObject = ["code": .integer(error.rawValue), "message": message]
        object["data"] = data
        return response(["jsonrpc": "2.0", "error": .object(object), "id": id])
    }

    private func response(_ envelope: JSONObject) -> MerchantResponse {
        var envelope = envelope
        if has(.answerJsonrpcMember) { envelope["jsonrpc"] = "1.0" }
        var response = MerchantResponse(.object(envelope))
        if has(.answerContentType) { response.contentType = "text/html; charset=utf-8" }
        return response
    }

    // MARK: What ends without an answer of the protocol

    func crash(_ request: MerchantRequest) -> MerchantResponse? {
        if isStunned {
            isStunned = false
            return MerchantResponse(status: 502, text: "Bad Gateway")
        }
        if request.body.count > 1_000_000 {
            hasSeenLargeBody = true
            isStunned = has(.largeBody)
        }
        if request.method != "POST", has(.httpNotPost) {
            return MerchantResponse(status: 405, text: "Method Not Allowed")
        }
        if request.contentType?.hasPrefix("text/json") == true, has(.contentTypeTextJson) {
            return MerchantResponse(status: 415, text: "Unsupported Media Type")
        }
        if request.contentType == nil || request.contentType == "text/plain", has(.contentTypeMissing) {
            return MerchantResponse(status: 415, text: "Unsupported Media Type")
        }
        if request.authorization?.contains("%") == true, has(.authNotBase64) {
            return MerchantResponse(status: 500, text: "Internal Server Error")
        }
        if has(.invalidUtf8), String(validating: request.body, as: UTF8.self) == nil {
            return MerchantResponse(status: 500, text: "Internal Server Error")
        }
        if has(.oddIds), (try? JSONValue(parsing: request.body))?["id"]?.stringValue != nil {
            return MerchantResponse(status: 500, text: "Internal Server Error")
        }
        return nil
    }
}
