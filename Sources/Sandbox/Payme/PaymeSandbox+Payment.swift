import Specification
import StrictJSON

extension PaymeSandbox {
    /// What a payer has entered.
    struct Payer: Sendable {
        let card: TestCard
        var expiry = TestCard.expiry
        let code: String
        let conduct: Conduct
    }

    /// Pays, as far as card, shop and conduct allow it.
    /// - Returns: the receipt as it stands then.
    /// - Throws: ``CheckoutError`` if too many pay at once.
    func pay(_ checkout: CheckoutRequest, _ payer: Payer) async throws(CheckoutError) -> Receipt {
        guard enter() else { throw .endpointUnavailable }
        defer { leave() }
        return await go(checkout, payer)
    }

    private func go(_ checkout: CheckoutRequest, _ payer: Payer) async -> Receipt {
        var receipt = Receipt(id: Self.newID(), checkout: checkout, cardEnding: payer.card.ending)
        store(receipt)
        if let refusal = cardRefusal(payer) {
            note(refusal, ["card": LocalizedText(same: payer.card.ending)], order: receipt.order, tone: .refused)
            return fail(&receipt, .card(refusal), .cancelled)
        }
        note("note_card_taken", ["card": LocalizedText(same: payer.card.ending)], order: receipt.order)
        var amount = checkout.amount
        if payer.conduct == .tampered {
            amount -= 1
            note("note_tampered", ["amount": LocalizedText(Amount(tiyin: amount))], order: receipt.order)
        }
        let (_, allowed) = await call(
            .checkPerform, ["amount": .integer(amount), "account": account(checkout)], order: receipt.order)
        if let failure = failure(allowed) { return fail(&receipt, failure, .cancelled) }
        await pause()
        guard await create(&receipt, amount: amount, losing: payer.conduct == .loseCreate) else { return receipt }
        if payer.conduct == .rival { await rival(checkout) }
        if payer.conduct == .leave {
            note("note_left", order: receipt.order)
            return receipt
        }
        await pause(times: payer.card == .slowError ? 6 : 1)
        return await settle(receipt, payer)
    }

    /// Debits the card and closes the transaction at the shop, or cancels it.
    private func settle(_ begun: Receipt, _ payer: Payer) async -> Receipt {
        var receipt = begun
        receipt.state = .debiting
        store(receipt)
        if payer.card.failsAtDebit || payer.conduct == .debitFails {
            note(
                payer.card == .slowError ? "note_debit_slow" : "note_debit_failed", order: receipt.order, tone: .refused
            )
            let reason = payer.card == .systemError ? "executionFailed" : "debitFailed"
            receipt = await cancel(receipt, reason: number(ofReason: reason))
            receipt.failure = .debit
            store(receipt)
            return receipt
        }
        note("note_debited", order: receipt.order)
        return await perform(receipt, losing: payer.conduct == .losePerform)
    }

    /// - Returns: whether the shop created the transaction.
    private func create(_ receipt: inout Receipt, amount: Int64, losing: Bool) async -> Bool {
        receipt.state = .waiting
        receipt.time = clock.now
        store(receipt)
        let params: JSONValue = [
            "id": .string(receipt.id), "time": .integer(receipt.time), "amount": .integer(amount),
            "account": account(receipt.checkout),
        ]
        let (sent, answer) = await call(.create, params, order: receipt.order, delivery: losing ? .lost : .arrives)
        if let failure = failure(answer) {
            _ = fail(&receipt, failure, .cancelled)
            return false
        }
        receipt.lastChange = sent
        receipt.transaction = answer.result?["transaction"]?.stringValue ?? ""
        receipt.shopState = answer.result?["state"]?.integerValue
        store(receipt)
        return true
    }

    /// Closes the transaction at the shop: the money is the shop's. Also what "finish" in the cabinet does.
    func perform(_ begun: Receipt, losing: Bool = false) async -> Receipt {
        var receipt = begun
        receipt.state = .closing
        store(receipt)
        let (sent, answer) = await call(
            .perform, ["id": .string(receipt.id)], order: receipt.order, delivery: losing ? .lost : .arrives)
        switch answer {
        case .result(let result):
            receipt.lastChange = sent
            receipt.shopState = result["state"]?.integerValue
            receipt.state = .paid
            receipt.failure = nil
            store(receipt)
            return receipt
        case .error:
            // Payme returns the money, and looks at what became of the transaction.
            receipt = await look(receipt)
            return fail(
                &receipt, failure(answer) ?? .unusable, receipt.shopState == shopState("created") ? .paused : .cancelled
            )
        case .unusable:
            return fail(&receipt, .unusable, .paused)
        }
    }

    /// Somebody else begins to pay the same order while this payment waits.
    private func rival(_ checkout: CheckoutRequest) async {
        note("note_rival", order: checkout.account.first?.value)
        var other = Receipt(id: Self.newID(), checkout: checkout, cardEnding: TestCard.worksToo.ending)
        if await create(&other, amount: checkout.amount, losing: false) {
            // A cumulative account takes both; this one leaves again.
            _ = await cancel(other, reason: number(ofReason: "timeout"))
        }
    }

    private func cardRefusal(_ payer: Payer) -> String? {
        switch payer.card {
        case .noMessage: "note_card_no_message"
        case .expired: "note_card_expired"
        case .blocked: "note_card_blocked"
        default:
            payer.expiry != TestCard.expiry ? "note_card_date" : payer.code != TestCard.code ? "note_code_wrong" : nil
        }
    }

    private func account(_ checkout: CheckoutRequest) -> JSONValue {
        var object = JSONObject()
        for field in checkout.account { object[field.name] = .string(field.value) }
        return .object(object)
    }

    func failure(_ answer: PaymeAnswer) -> PaymentFailure? {
        switch answer {
        case .result: nil
        case .error(_, let message): .shop(message)
        case .unusable: .unusable
        }
    }

    func fail(_ receipt: inout Receipt, _ failure: PaymentFailure, _ state: ReceiptState) -> Receipt {
        receipt.failure = failure
        receipt.state = state
        store(receipt)
        return receipt
    }

    /// The number of a cancel reason, by its name in `transaction.yaml`.
    func number(ofReason name: String) -> Int64 {
        guard let reason = specifications.transaction.reason(named: name) else {
            preconditionFailure("transaction.yaml has no reason named \(name)")
        }
        return Int64(reason.number)
    }

    /// The number of a state, by its name in `transaction.yaml`.
    func shopState(_ name: String) -> Int64 {
        guard let state = specifications.transaction.state(named: name) else {
            preconditionFailure("transaction.yaml has no state named \(name)")
        }
        return Int64(state.number)
    }
}
