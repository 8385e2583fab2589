import StrictJSON

/// Why the simulated bank does not let a payer pay.
public enum PixPayRefusal: Error, Sendable, Hashable {
    /// No charge, or no key of the merchant's, is behind it.
    case unknown
    /// It was paid already, or taken back.
    case notActive(PixBankCharge.Status)
    /// Its time is over, though it still reads `ATIVA`.
    case expired
    /// It is fixed, or there is none.
    case wrongAmount
    /// No app can read the code.
    case badCode
}

extension PixBankBooks {
    /// What a payer pays.
    enum Bill {
        case txid(String)
        case code(String)
    }

    /// Pays a charge or a static code.
    ///
    /// Source: pix.md 3.3 (what both banks should refuse).
    /// - Parameters:
    ///   - amount: centavos; nil: what the bill says.
    ///   - slips: the banks refuse nothing that they should.
    mutating func pay(
        _ bill: Bill, amount: Int64?, note: String?, slips: Bool, _ now: Int64
    ) throws(PixPayRefusal) -> PixBankReceipt {
        settle(now)
        switch bill {
        case .txid(let txid): return try pay(charge: charges[txid], amount, note, slips, now)
        case .code(let text):
            switch PixCode.target(of: text) {
            case nil: throw .badCode
            case .charge(let location):
                let charge = charges.values.first { $0.location == location }
                return try pay(charge: charge, amount, note, slips, now)
            case .key(let key, let txid, let fixed):
                guard configuration.keys.contains(key) else { throw .unknown }
                guard let amount = slips ? amount ?? fixed : fixed ?? amount, amount > 0 else { throw .wrongAmount }
                return receive(txid, amount, key, note, now)
            }
        }
    }

    private mutating func pay(
        charge: PixBankCharge?, _ amount: Int64?, _ note: String?, _ slips: Bool, _ now: Int64
    ) throws(PixPayRefusal) -> PixBankReceipt {
        guard var charge else { throw .unknown }
        let amount = amount ?? charge.amount
        if !slips {
            guard charge.status == .active else { throw .notActive(charge.status) }
            guard now <= charge.expiresAt else { throw .expired }
            guard amount == charge.amount || charge.body.isAmountOpen else { throw .wrongAmount }
        }
        guard amount > 0 else { throw .wrongAmount }
        let receipt = receive(charge.txid, amount, charge.body.key, note, now)
        charge.endToEndIDs.append(receipt.endToEndID)
        // Of any amount; and final states are final.
        if charge.status == .active { charge.status = .completed }
        charges[charge.txid] = charge
        return receipt
    }

    private mutating func receive(
        _ txid: String?, _ amount: Int64, _ key: String, _ note: String?, _ now: Int64
    ) -> PixBankReceipt {
        let receipt = PixBankReceipt(
            endToEndID: Self.identifier("E", now), txid: txid, amount: amount, key: key, paidAt: now, note: note)
        receipts[receipt.endToEndID] = receipt
        receiptIDs.append(receipt.endToEndID)
        announce(receipt, now)
        return receipt
    }

    /// 32 characters: a letter, the bank's number, the minute in UTC, and chance. Source: pix.md 3.4.
    static func identifier(_ letter: String, _ now: Int64) -> String {
        letter + (letter == "E" ? "99999004" : "00416968") + PixMoment.minute(now) + PixChance.text(11)
    }

    /// The sandbox's own payer. Source: pix.md 4.3.
    mutating func payCharge(_ txid: String, _ call: PixBankCall, _ now: Int64) throws(PixBankProblem) -> PixBankReply {
        guard let amount = PixSum.read(lenient: try Self.object(call, .requisicaoInvalida)["valor"]) else {
            throw PixBankProblem(.requisicaoInvalida, "não é um valor", at: "valor")
        }
        do throws(PixPayRefusal) {
            let receipt = try pay(.txid(txid), amount: amount, note: nil, slips: false, now)
            return PixBankReply(200, ["e2e": .string(receipt.endToEndID)])
        } catch {
            guard error != .unknown else {
                throw PixBankProblem(.cobNaoEncontrado, "não há cobrança com este txid")
            }
            throw PixBankProblem(.cobOperacaoInvalida, "a cobrança não pode ser paga: \(error)")
        }
    }

    // MARK: Received payments

    func readReceipt(_ id: String) throws(PixBankProblem) -> PixBankReply {
        guard let receipt = receipts[id] else { throw Self.noReceipt }
        return PixBankReply(200, receipt.json)
    }

    /// Those with a txid alone. Source: pix.md 3.2, 4.3.
    func listReceipts(_ call: PixBankCall) throws(PixBankProblem) -> PixBankReply {
        let page = try PixBankPage(call.query, .pixConsultaInvalida)
        let chosen = receiptIDs.compactMap { receipts[$0] }.filter { receipt in
            page.period.contains(receipt.paidAt) && receipt.txid != nil
                && (call.query["txid"] == nil || receipt.txid == call.query["txid"])
                && call.query["txIdPresente"] != "false"
                && (call.query["devolucaoPresente"].map { ($0 == "true") == !receipt.refunds.isEmpty } ?? true)
        }
        return page.reply("pix", chosen.map(\.json))
    }

    static var noReceipt: PixBankProblem { PixBankProblem(.pixNaoEncontrado, "não há pix com este e2eid") }
}
