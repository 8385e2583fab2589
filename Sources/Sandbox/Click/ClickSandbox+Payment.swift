import Specification

extension ClickSandbox {
    /// Pays, as far as purse, shop and conduct allow it.
    /// - Returns: the payment as it stands then.
    /// - Throws: ``ClickLinkError`` if too many pay at once.
    func pay(
        _ request: ClickPayRequest, _ purse: ClickPurse, _ conduct: ClickConduct
    ) async throws(ClickLinkError) -> ClickReceipt {
        guard enter() else { throw .tooMany }
        defer { leave() }
        var amount = request.amount
        if conduct == .tampered {
            amount -= 1
            note("note_tampered", ["amount": LocalizedText(Amount(tiyin: amount))], order: request.order)
        }
        let receipt = begin(request.order, amount: amount, purse, .link, returnURL: request.returnURL)
        return await go(receipt, conduct)
    }

    /// Prepare, the debit, Complete.
    ///
    /// Source: click.md 1.7, 1.8.
    func go(_ begun: ClickReceipt, _ conduct: ClickConduct) async -> ClickReceipt {
        note("click_note_confirmed", order: begun.order)
        var receipt = await prepare(begun, losing: conduct == .losePrepare)
        guard receipt.isUnfinished else { return receipt }
        if conduct == .leave {
            note("click_note_left", order: receipt.order)
            return receipt
        }
        var rival: ClickReceipt?
        if conduct == .twice {
            note("click_note_twice", order: receipt.order)
            rival = await prepare(
                begin(receipt.order, amount: receipt.amount, .humo, .link), losing: false)
        }
        await pause()
        receipt = await settle(receipt, conduct)
        if let rival, rival.isUnfinished {
            await pause()
            _ = await settle(rival, .normal)
        }
        return receipt
    }

    /// - Returns: a payment that is under way, or one that came to nothing.
    private func prepare(_ begun: ClickReceipt, losing: Bool) async -> ClickReceipt {
        let verdict = await call(.prepare, begun, delivery: losing ? .lost : .arrives)
        switch verdict {
        case .said(codes.success, _, let id?):
            return change(begun) {
                $0.prepareID = id
                $0.stage = .underWay
            }
        case .said(codes.alreadyPaid, _, _):
            // Nothing more is said of it, and of what was not taken nothing is kept.
            return fail(begun, .paidBefore)
        case .said(let error, let words, _):
            // Click says that it gives up, though the shop never gave the attempt a number.
            await pause()
            _ = await call(.complete, begun, error: codes.calledOff, note: "Cancelled")
            return fail(begun, .shop(note: words, code: error))
        case .unusable:
            return fail(begun, .unusable)
        }
    }

    /// Takes the money and says so, or calls the payment off.
    private func settle(_ begun: ClickReceipt, _ conduct: ClickConduct) async -> ClickReceipt {
        if begun.purse == .empty || conduct == .refused {
            note("click_note_bank_refused", order: begun.order, tone: .refused)
            return await callOff(begun, error: codes.bankRefused, .bank)
        }
        if conduct == .declined {
            note("click_note_declined", order: begun.order, tone: .refused)
            return await callOff(begun, error: codes.calledOff, .payer)
        }
        let delivery: Delivery = conduct == .loseComplete ? .lost : conduct == .restart ? .gone : .arrives
        return await complete(begun, delivery: delivery)
    }

    /// The payer's money was taken. Also what "finish" in the cabinet does.
    func complete(_ begun: ClickReceipt, delivery: Delivery = .arrives) async -> ClickReceipt {
        let receipt = change(begun) { $0.isDebited = true }
        note("click_note_debited", order: receipt.order)
        var verdict = await call(.complete, receipt, delivery: delivery)
        if delivery == .gone {
            note("click_note_restart", order: receipt.order)
            verdict = await call(.prepare, receipt)
        }
        switch verdict.error {
        case codes.success, codes.alreadyPaid:
            return change(receipt) {
                // Given back while the answer was on its way.
                if $0.stage != .reversed { $0.stage = .paid }
                $0.failure = nil
            }
        case codes.cancelled:
            note("click_note_returned", order: receipt.order, tone: .refused)
            return fail(receipt, failure(verdict))
        default:
            note("click_note_hangs", order: receipt.order, tone: .refused)
            return change(receipt) { $0.failure = failure(verdict) }
        }
    }

    /// A Complete that calls the payment off, before or after it was paid. While it is under way Click itself holds
    /// the payment for ended: a shop that asks hears so.
    func callOff(
        _ begun: ClickReceipt, error: Int64, _ cause: ClickFailure, losing: Bool = false
    ) async -> ClickReceipt {
        let before = begun.stage
        let receipt = change(begun) { $0.stage = .cancelled }
        let words = error == codes.bankRefused ? "Insufficient funds" : "Cancelled"
        let verdict = await call(
            .complete, receipt, error: error, note: words, delivery: losing ? .lost : .arrives)
        return change(receipt) {
            switch verdict.error {
            case codes.cancelled:
                $0.failure = cause
                $0.isDebited = false
            default:
                // Paid it stays (-4), or the shop did not decide: Click keeps what it had.
                $0.stage = before
            }
        }
    }

    private func fail(_ receipt: ClickReceipt, _ failure: ClickFailure) -> ClickReceipt {
        change(receipt) {
            $0.stage = .cancelled
            $0.isDebited = false
            $0.failure = failure
        }
    }

    private func failure(_ verdict: ClickVerdict) -> ClickFailure {
        switch verdict {
        case .said(let error, let words, _): .shop(note: words, code: error)
        case .unusable: .unusable
        }
    }
}
