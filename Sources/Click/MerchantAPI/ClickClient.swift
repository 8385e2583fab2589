public import Payments
import StrictJSON

/// Click's Merchant API.
///
/// Calls that only ask are repeated once when no answer comes. A call that moves money is sent once: what became of one
/// whose answer is lost (``ClickAPIError/unknown(_:)``) is found out by asking for the payment's status.
///
/// Source: click.md 2.
public struct ClickClient: ClickMerchantAPI {
    /// The service, part of every call.
    public let serviceID: Int64
    private let wire: ClickWire

    /// Nil without a `merchantUserID`: then Click's Merchant API is off.
    ///
    /// - Parameters:
    ///   - clock: where the time in the header `Auth` comes from. It must be right.
    ///   - deadlineSeconds: how long one call may take.
    public init?(_ configuration: ClickConfiguration, clock: TimeSource, deadlineSeconds: Int64 = 10) {
        guard let user = configuration.merchantUserID else { return nil }
        serviceID = configuration.serviceID
        wire = ClickWire(
            baseURL: configuration.apiURL,
            auth: ClickAuth(merchantUserID: user, secretKey: configuration.secretKey), clock: clock,
            deadlineSeconds: deadlineSeconds)
    }

    // Invoices

    /// Asks a payer for money: Click sends a notice to that phone.
    ///
    /// - Parameters:
    ///   - phoneNumber: `998XXXXXXXXX`.
    ///   - merchantTransID: our order.
    /// - Returns: the invoice's id.
    public func createInvoice(
        amount: Money, phoneNumber: String, merchantTransID: String
    ) async throws(ClickAPIError) -> Int64 {
        let answer = try await wire.send(
            .post, ["invoice", "create"],
            [
                "service_id": .integer(serviceID), "amount": .sums(amount), "phone_number": .string(phoneNumber),
                "merchant_trans_id": .string(merchantTransID),
            ])
        return try answer.integer("invoice_id")
    }

    /// How an invoice stands: -99 is deleted, 0 waits, 1 is paid. Only the first is Click's own word.
    public func invoiceStatus(_ invoiceID: Int64) async throws(ClickAPIError) -> (status: Int64, note: String?) {
        let answer = try await wire.ask(["invoice", "status", String(serviceID), String(invoiceID)])
        return (try answer.integer("invoice_status"), answer.text("invoice_status_note"))
    }

    // Payments

    /// How a payment stands.
    public func status(paymentID: Int64) async throws(ClickAPIError) -> ClickPaymentStatus {
        let answer = try await wire.ask(["payment", "status", String(serviceID), String(paymentID)])
        return ClickPaymentStatus(
            paymentID: answer.optionalInteger("payment_id") ?? paymentID,
            status: answer.optionalInteger("payment_status"))
    }

    /// The payment of one of our orders on a day.
    ///
    /// - Parameter day: `YYYY-MM-DD`, the day on which the payment was made.
    public func status(merchantTransID: String, day: String) async throws(ClickAPIError) -> ClickPaymentStatus {
        let answer = try await wire.ask(["payment", "status_by_mti", String(serviceID), merchantTransID, day])
        return ClickPaymentStatus(
            paymentID: try answer.integer("payment_id"), status: answer.optionalInteger("payment_status"))
    }

    /// Gives the whole of a payment back: one of this month, or on the first day of the month one of the last, that was
    /// paid with an online card. Never repeated by itself.
    public func reverse(paymentID: Int64) async throws(ClickAPIError) {
        _ = try await wire.send(.delete, ["payment", "reversal", String(serviceID), String(paymentID)])
    }

    // Cards

    /// A card that the payer entered. Click sends an SMS code to its owner; then ``verifyCard(token:code:)``.
    ///
    /// - Parameters:
    ///   - number: all digits. Keep it nowhere.
    ///   - expiry: `MMYY`.
    ///   - isTemporary: for one payment only.
    public func requestCard(
        number: String, expiry: String, isTemporary: Bool
    ) async throws(ClickAPIError) -> ClickCard {
        let answer = try await wire.send(
            .post, ["card_token", "request"],
            [
                "service_id": .integer(serviceID), "card_number": .string(number), "expire_date": .string(expiry),
                "temporary": .integer(isTemporary ? 1 : 0),
            ])
        guard let token = answer.text("card_token") else { throw answer.lacks("card_token") }
        return ClickCard(
            token: token, phoneNumber: answer.text("phone_number"),
            isTemporary: answer.optionalInteger("temporary") == 1)
    }

    /// The code that the payer got by SMS.
    ///
    /// - Returns: the card's number, masked.
    public func verifyCard(token: String, code: Int64) async throws(ClickAPIError) -> String? {
        try await wire.send(
            .post, ["card_token", "verify"],
            ["service_id": .integer(serviceID), "card_token": .string(token), "sms_code": .integer(code)]
        ).text("card_number")
    }

    /// Takes money from a verified card. Sent once; Prepare and Complete may come as for any payment.
    ///
    /// - Parameter merchantTransID: our order.
    public func pay(
        token: String, amount: Money, merchantTransID: String
    ) async throws(ClickAPIError) -> ClickPaymentStatus {
        try await wire.send(
            .post, ["card_token", "payment"],
            [
                "service_id": .integer(serviceID), "card_token": .string(token), "amount": .sums(amount),
                "transaction_parameter": .string(merchantTransID),
            ]
        ).payment()
    }

    /// Forgets a card.
    public func deleteCard(token: String) async throws(ClickAPIError) {
        _ = try await wire.send(.delete, ["card_token", String(serviceID), token])
    }

    // CLICK Pass

    /// Takes money at a till, by the QR code of the payer's Click application. Sent once.
    ///
    /// - Parameters:
    ///   - code: what the QR code holds.
    ///   - cashbox: which till; nil: not told.
    ///   - transactionID: our own; nil: none.
    public func payByPass(
        code: String, amount: Money, cashbox: String? = nil, transactionID: String? = nil
    ) async throws(ClickAPIError) -> ClickPassPayment {
        var body: JSONObject = [
            "service_id": .integer(serviceID), "otp_data": .string(code), "amount": .sums(amount),
        ]
        if let cashbox { body["cashbox_code"] = .string(cashbox) }
        if let transactionID { body["transaction_id"] = .string(transactionID) }
        let answer = try await wire.send(.post, ["click_pass", "payment"], body)
        return ClickPassPayment(
            payment: try answer.payment(), mustBeConfirmed: answer.optionalInteger("confirm_mode") == 1,
            cardType: answer.text("card_type"), processing: answer.text("processing_type"),
            cardNumber: answer.text("card_number"), phoneNumber: answer.text("phone_number"))
    }

    /// Confirms a payment of CLICK Pass, within 30 seconds, when ``ClickPassPayment/mustBeConfirmed``.
    public func confirmPass(paymentID: Int64) async throws(ClickAPIError) {
        _ = try await wire.send(
            .post, ["click_pass", "confirm"],
            ["service_id": .integer(serviceID), "payment_id": .integer(paymentID)])
    }

    /// Whether payments of CLICK Pass must be confirmed from now on, all of this service.
    public func setPassConfirmation(_ isOn: Bool) async throws(ClickAPIError) {
        _ = try await wire.send(isOn ? .put : .delete, ["click_pass", "confirmation", String(serviceID)])
    }

    // Fiscal receipts

    /// What the fiscal receipt of a payment lists. Read the receipt before this is sent again.
    ///
    /// - Parameters:
    ///   - paymentID: of a payment that was performed: Click's number, `click_paydoc_id`.
    ///   - received: how much came in each way, tiyin.
    public func submitItems(
        paymentID: Int64, items: [ClickFiscalItem], received: ClickReceived
    ) async throws(ClickAPIError) {
        _ = try await wire.send(
            .post, ["payment", "ofd_data", "submit_items"],
            [
                "service_id": .integer(serviceID), "payment_id": .integer(paymentID),
                "items": .array(items.map(\.json)), "received_ecash": .integer(received.electronic),
                "received_cash": .integer(received.cash), "received_card": .integer(received.card),
            ])
    }

    /// Attaches a receipt of the shop's own making.
    ///
    /// - Parameter url: what the receipt's QR code holds.
    public func submitReceipt(paymentID: Int64, url: String) async throws(ClickAPIError) {
        _ = try await wire.send(
            .post, ["payment", "ofd_data", "submit_qrcode"],
            ["service_id": .integer(serviceID), "payment_id": .integer(paymentID), "qrcode": .string(url)])
    }

    /// What the QR code of a payment's receipt holds; nil: there is none yet.
    public func receipt(paymentID: Int64) async throws(ClickAPIError) -> String? {
        // The only answer without an error code.
        try await wire.ask(["payment", "ofd_data", String(serviceID), String(paymentID)], hasCode: false)
            .text("qrCodeURL")
    }
}

/// A card that Click keeps for us.
public struct ClickCard: Sendable, Hashable {
    /// What stands for the card from now on. A secret.
    public var token: String
    /// Whom the SMS code went to, masked.
    public var phoneNumber: String?
    /// Whether it is good for one payment only.
    public var isTemporary: Bool
}

/// A payment by the QR code of the payer's Click application.
public struct ClickPassPayment: Sendable, Hashable {
    /// Its id, and how it stands.
    public var payment: ClickPaymentStatus
    /// Whether it is called off unless ``ClickClient/confirmPass(paymentID:)`` comes within 30 seconds.
    public var mustBeConfirmed: Bool
    /// `private` or `corporate`.
    public var cardType: String?
    /// `UZCARD`, `HUMO` or `WALLET`.
    public var processing: String?
    /// Masked.
    public var cardNumber: String?
    /// The payer's.
    public var phoneNumber: String?
}
