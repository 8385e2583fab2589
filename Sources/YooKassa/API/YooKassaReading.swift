public import Specification
public import StrictJSON

// Fields that are not known are passed over, and words that are not known are kept: only what money depends on must be
// there.

extension YooKassaPayment {
    /// Nil if there is no id, status or amount.
    public init?(_ json: JSONValue, _ specification: YooKassaSpecification) {
        guard let id = json["id"]?.stringValue, !id.isEmpty, let status = json["status"]?.stringValue,
            let amount = YooKassaAmount(json["amount"])
        else { return nil }
        self.id = id
        self.status = YooKassaWord(status, in: specification.paymentStatuses)
        self.amount = amount
        refundedAmount = YooKassaAmount(json["refunded_amount"])
        isTest = json["test"]?.boolValue ?? false
        isPaid = json["paid"]?.boolValue ?? false
        isRefundable = json["refundable"]?.boolValue ?? false
        accountID = json["recipient"]?["account_id"]?.stringValue
        createdAt = json["created_at"]?.stringValue.flatMap(YooKassaTime.milliseconds)
        capturedAt = json["captured_at"]?.stringValue.flatMap(YooKassaTime.milliseconds)
        expiresAt = json["expires_at"]?.stringValue.flatMap(YooKassaTime.milliseconds)
        confirmation = YooKassaConfirmation(json["confirmation"])
        method = json["payment_method"].flatMap { YooKassaMethod($0, specification) }
        cancellation = YooKassaCancellation(json["cancellation_details"])
        receiptRegistration = json["receipt_registration"]?.stringValue.map {
            YooKassaWord($0, in: specification.receiptStatuses)
        }
        var metadata: [String: String] = [:]
        for (key, value) in json["metadata"]?.objectValue ?? JSONObject() { metadata[key] = value.stringValue }
        self.metadata = metadata
    }
}

extension YooKassaMethod {
    /// Nil if there is no id.
    public init?(_ json: JSONValue, _ specification: YooKassaSpecification) {
        guard let id = json["id"]?.stringValue, !id.isEmpty else { return nil }
        self.id = id
        type = json["type"]?.stringValue ?? ""
        isSaved = json["saved"]?.boolValue ?? false
        status = json["status"]?.stringValue.map { YooKassaWord($0, in: specification.methodStatuses) }
        title = json["title"]?.stringValue
        cardType = json["card"]?["card_type"]?.stringValue
        confirmation = YooKassaConfirmation(json["confirmation"])
    }
}

extension YooKassaRefund {
    /// Nil if there is no id, payment, status or amount.
    public init?(_ json: JSONValue, _ specification: YooKassaSpecification) {
        guard let id = json["id"]?.stringValue, !id.isEmpty, let payment = json["payment_id"]?.stringValue,
            let status = json["status"]?.stringValue, let amount = YooKassaAmount(json["amount"])
        else { return nil }
        self.id = id
        paymentID = payment
        self.status = YooKassaWord(status, in: specification.refundStatuses)
        self.amount = amount
        createdAt = json["created_at"]?.stringValue.flatMap(YooKassaTime.milliseconds)
        cancellation = YooKassaCancellation(json["cancellation_details"])
        receiptRegistration = json["receipt_registration"]?.stringValue.map {
            YooKassaWord($0, in: specification.receiptStatuses)
        }
    }
}

extension YooKassaReceipt {
    /// Nil if there is no id or status.
    public init?(_ json: JSONValue, _ specification: YooKassaSpecification) {
        guard let id = json["id"]?.stringValue, !id.isEmpty, let status = json["status"]?.stringValue else {
            return nil
        }
        self.id = id
        self.status = YooKassaWord(status, in: specification.receiptStatuses)
        paymentID = json["payment_id"]?.stringValue
        refundID = json["refund_id"]?.stringValue
    }
}

extension YooKassaShop {
    /// Nil if there is no id.
    public init?(_ json: JSONValue) {
        guard let id = json["account_id"]?.stringValue ?? json["account_id"]?.numberText else { return nil }
        accountID = id
        isTest = json["test"]?.boolValue ?? false
        isFiscalizationEnabled =
            json["fiscalization"]?["enabled"]?.boolValue ?? json["fiscalization_enabled"]?.boolValue
    }
}
