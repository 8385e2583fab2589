extension PixBankSandbox {
    // MARK: What the bank does of its own accord

    /// Takes a charge back, as the bank may.
    /// - Returns: false if there is none, or it is no longer active.
    @discardableResult
    public func removeCharge(_ txid: String) -> Bool {
        change { books in
            guard books.charges[txid]?.status == .active else { return false }
            books.charges[txid]?.status = .removedByBank
            return true
        }
    }

    /// Gives the payer's money back, whatever the merchant wants (MED).
    ///
    /// - Parameters:
    ///   - endToEndID: of the payment.
    ///   - amount: centavos; nil: all that is left.
    ///   - nature: why.
    /// - Returns: nil if there is no such payment, or not so much left of it.
    @discardableResult
    public func forceRefund(
        _ endToEndID: String, amount: Int64? = nil, _ nature: PixBankRefund.Nature = .forcedFraud
    ) -> PixBankRefund? {
        let now = clock()
        return change { $0.forceRefund(endToEndID, amount: amount, nature, now) }
    }

    /// Tells the merchant of a payment that never was: another client of the bank has registered its address.
    ///
    /// - Parameters:
    ///   - txid: of the charge that it pretends to pay.
    ///   - amount: centavos.
    ///   - key: nil: a key that is not the merchant's.
    public func forgeNotice(txid: String, amount: Int64, key: String? = nil) {
        let now = clock()
        change { $0.forge(txid: txid, amount: amount, key: key ?? PixBankBooks.foreignKey, now) }
    }

    /// Ends a payout, or what a person has to agree to.
    ///
    /// - Parameters:
    ///   - code: its `codigoSolicitacao`.
    ///   - status: such as `PAGO`, `REPROVADO`, `FALHA`.
    /// - Returns: false if there is none.
    @discardableResult
    public func endPayout(_ code: String, as status: String) -> Bool {
        let now = clock()
        return change { books in
            guard books.payouts[code] != nil else { return false }
            books.payouts[code]?.end(as: status, now)
            return true
        }
    }

    /// Pays a charge a minute after its time is up, past a bank that should not let it.
    ///
    /// - Parameters:
    ///   - txid: of the charge.
    ///   - waiting: lets so many milliseconds pass.
    func payLate(txid: String, waiting: (Int64) -> Void) throws(PixPayRefusal) -> PixBankReceipt {
        guard let charge = charge(txid) else { throw .unknown }
        waiting(max(0, charge.expiresAt + 60_000 - clock()))
        return try pay(txid: txid, slips: true)
    }

    /// The receiver gives a payout's money back.
    ///
    /// - Parameters:
    ///   - code: its `codigoSolicitacao`.
    ///   - amount: centavos; nil: all of it.
    ///   - isNamed: the statement tells which payout it was; false: it has the id of the return alone.
    /// - Returns: false if there is none, or it is not paid.
    @discardableResult
    public func returnPayout(_ code: String, amount: Int64? = nil, isNamed: Bool = true) -> Bool {
        let now = clock()
        return change { books in
            books.settle(now)
            guard let payout = books.payouts[code], payout.isPaid else { return false }
            books.payouts[code]?.returns.append((amount ?? payout.amount, now))
            books.payouts[code]?.returnIDs.append(
                isNamed ? payout.endToEndID : PixBankBooks.identifier("D", now))
            return true
        }
    }

    // MARK: What it has done

    /// How many tokens it has issued.
    public var tokensIssued: Int { change { $0.tokensIssued } }

    /// How often a call came, answered well or not.
    public func callCount(_ operation: PixBankOperation) -> Int { change { $0.calls[operation] ?? 0 } }

    /// Oldest first.
    public var charges: [PixBankCharge] {
        change { books in books.chargeIDs.compactMap { books.charges[$0] } }
    }

    /// A charge as it is now.
    public func charge(_ txid: String) -> PixBankCharge? { change { $0.charges[txid] } }

    /// Payments received, oldest first.
    public var receipts: [PixBankReceipt] {
        let now = clock()
        return change { books in
            books.settle(now)
            return books.receiptIDs.compactMap { books.receipts[$0] }
        }
    }

    /// Payouts asked for, oldest first. Two of one idempotency key there are never.
    public var payouts: [PixBankPayout] {
        let now = clock()
        return change { books in
            books.settle(now)
            return books.payoutIDs.compactMap { books.payouts[$0] }
        }
    }

    /// Where notices of a key go; nil: nowhere.
    public func webhookURL(of key: String) -> String? { change { $0.webhooks[key]?.url } }

    /// Attempts to tell the merchant something, oldest first.
    public var noticeAttempts: [PixNoticeAttempt] { change { $0.notices.attempts } }

    /// Notices that the merchant has not taken yet.
    public var noticesWaiting: Int { change { $0.notices.count } }
}
