import Specification
import StrictJSON

extension PaymeSandbox {
    /// What the cabinet can do with a receipt.
    enum Action: String, Sendable, CaseIterable {
        /// Gives a paid receipt back.
        case refund
        /// Ends an unfinished one.
        case cancel
        /// Goes on with an unfinished one.
        case perform
        /// Sends the last call that changed something once more.
        case again = "repeat"
        /// Asks the shop how it stands.
        case check
        /// Tells the shop what the tax office said.
        case fiscal
    }

    /// Does it.
    /// - Parameters:
    ///   - reason: of a cancel; nil: the card could not be debited.
    ///   - losing: whether the answer gets lost and the call is repeated.
    /// - Returns: false if the receipt is in no state for it.
    func act(_ action: Action, _ id: String, reason: Int64? = nil, losing: Bool = false) async -> Bool {
        guard let receipt = receipt(id), allowed(receipt).contains(action) else { return false }
        switch action {
        case .refund: _ = await cancel(receipt, reason: number(ofReason: "refund"), losing: losing)
        case .cancel:
            _ = await cancel(receipt, reason: reason ?? number(ofReason: "executionFailed"), losing: losing)
        case .perform: _ = await perform(receipt, losing: losing)
        case .again: if let call = receipt.lastChange { _ = await again(call, order: receipt.order) }
        case .check: store(await look(receipt))
        case .fiscal: await fiscalise(receipt)
        }
        return true
    }

    nonisolated func allowed(_ receipt: Receipt) -> Set<Action> {
        guard receipt.isKnownToShop else { return [] }
        var actions: Set<Action> = [.check]
        if receipt.lastChange != nil { actions.insert(.again) }
        if receipt.state == .paid { actions.formUnion([.refund, .fiscal]) }
        if receipt.isUnfinished { actions.formUnion([.cancel, .perform]) }
        if receipt.state == .cancelled, receipt.fiscalised.contains("PERFORM") { actions.insert(.fiscal) }
        return actions
    }

    /// CancelTransaction: before the payment it ends an attempt, after it it is the refund.
    func cancel(_ begun: Receipt, reason: Int64, losing: Bool = false) async -> Receipt {
        var receipt = begun
        let before = receipt.state
        receipt.state = .cancelling
        store(receipt)
        let (sent, answer) = await call(
            .cancel, ["id": .string(receipt.id), "reason": .integer(reason)], order: receipt.order,
            delivery: losing ? .lost : .arrives)
        if let result = answer.result {
            receipt.lastChange = sent
            receipt.shopState = result["state"]?.integerValue
            receipt.reason = reason
            receipt.state = .cancelled
            receipt.failure = .cancelled
        } else {
            // Refused (-31007), or no answer: Payme keeps what it had.
            receipt.state = before
        }
        store(receipt)
        return receipt
    }

    /// CheckTransaction.
    func look(_ begun: Receipt) async -> Receipt {
        var receipt = begun
        let (_, answer) = await call(.check, ["id": .string(receipt.id)], order: receipt.order)
        guard let result = answer.result else { return receipt }
        receipt.shopState = result["state"]?.integerValue
        receipt.reason = result["reason"]?.integerValue
        return receipt
    }

    /// SetFiscalData, for the payment or for its return.
    private func fiscalise(_ begun: Receipt) async {
        var receipt = begun
        let kind = receipt.state == .paid ? "PERFORM" : "CANCEL"
        let params: JSONValue = [
            "id": .string(receipt.id), "type": .string(kind),
            "fiscal_data": [
                "receipt_id": .integer(Int64.random(in: 1_000...9_999)), "status_code": 0, "message": "accepted",
                "terminal_id": "EP000000000025", "fiscal_sign": "800031554082",
                "qr_code_url": "https://ofd.soliq.uz/check?t=EP000000000025&r=1",
                "date": .string(Self.fiscalDate(clock.now)),
            ],
        ]
        let (_, answer) = await call(.fiscalData, params, order: receipt.order)
        if answer.result != nil { receipt.fiscalised.insert(kind) }
        store(receipt)
    }

    /// `yyyyMMddHHmmss`, in Tashkent. Source: payme.md 3.6.
    private static func fiscalDate(_ milliseconds: Int64) -> String {
        Moment.text(milliseconds, as: .fiscal)
    }
}
