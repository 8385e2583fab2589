import StrictJSON

extension PixBankBooks {
    /// Makes a charge, repeats the answer, or revises it.
    ///
    /// Source: pix.md 3.2 (PUT).
    mutating func putCharge(_ txid: String, _ call: PixBankCall, _ now: Int64) throws(PixBankProblem) -> PixBankReply {
        guard (26...35).contains(txid.utf8.count), txid.utf8.allSatisfy(Self.isAlphanumeric) else {
            throw PixBankProblem(.cobOperacaoInvalida, "respeita o padrão [a-zA-Z0-9]{26,35}", at: "txid")
        }
        let body = try chargeBody(call, over: nil)
        guard var charge = charges[txid] else { return try addCharge(txid, body, now) }
        guard charge.status == .active else { throw Self.notActive(charge) }
        if charge.body != body { charge.revisions.append(body) }
        charges[txid] = charge
        return PixBankReply(201, json(charge))
    }

    /// Makes a charge of the bank's own naming; a repeat makes another.
    mutating func createCharge(_ call: PixBankCall, _ now: Int64) throws(PixBankProblem) -> PixBankReply {
        try addCharge(PixChance.text(32), try chargeBody(call, over: nil), now)
    }

    /// Revises a part, or removes it.
    ///
    /// Source: pix.md 3.2 (PATCH), 3.3.
    mutating func patchCharge(_ txid: String, _ call: PixBankCall) throws(PixBankProblem) -> PixBankReply {
        var charge = try found(txid)
        let object = try Self.object(call, .cobOperacaoInvalida)
        guard charge.status == .active else { throw Self.notActive(charge) }
        if let status = object["status"] {
            guard status == .string(PixBankCharge.Status.removedByReceiver.rawValue), object.count == 1 else {
                throw PixBankProblem(.cobOperacaoInvalida, "só a remoção, e sozinha", at: "cob.status")
            }
            charge.status = .removedByReceiver
            charge.revisions.append(charge.body)
        } else {
            let body = try chargeBody(call, over: charge.body)
            // A change of the location alone is no revision.
            if object.contains(where: { $0.key != "loc" }) { charge.revisions.append(body) }
        }
        charges[txid] = charge
        return PixBankReply(200, json(charge))
    }

    func readCharge(_ txid: String, _ call: PixBankCall) throws(PixBankProblem) -> PixBankReply {
        let charge = try found(txid)
        guard let text = call.query["revisao"] else { return PixBankReply(200, json(charge)) }
        guard let revision = Int(text) else {
            throw PixBankProblem(.cobConsultaInvalida, "deve ser um inteiro", at: "revisao")
        }
        guard charge.revisions.indices.contains(revision) else {
            throw PixBankProblem(.cobNaoEncontrado, "não há a revisão \(revision)")
        }
        return PixBankReply(200, json(charge, revision: revision))
    }

    func listCharges(_ call: PixBankCall) throws(PixBankProblem) -> PixBankReply {
        let page = try PixBankPage(call.query, .cobConsultaInvalida)
        let (cpf, cnpj) = (call.query["cpf"], call.query["cnpj"])
        guard cpf == nil || cnpj == nil else {
            throw PixBankProblem(.cobConsultaInvalida, "cpf e cnpj não são usados juntos", at: "cpf")
        }
        let status = call.query["status"]
        guard status.map({ PixBankCharge.Status(rawValue: $0) != nil }) ?? true else {
            throw PixBankProblem(.cobConsultaInvalida, "não há tal status", at: "status")
        }
        let chosen = chargeIDs.compactMap { charges[$0] }.filter { charge in
            page.period.contains(charge.createdAt)
                && (cpf == nil || charge.body.payer?["cpf"]?.stringValue == cpf)
                && (cnpj == nil || charge.body.payer?["cnpj"]?.stringValue == cnpj)
                && (status == nil || charge.status.rawValue == status)
                // Every charge of this bank has a location.
                && call.query["locationPresente"] != "false"
        }
        return page.reply("cobs", chosen.map { json($0) })
    }

    // MARK: Parts

    private mutating func addCharge(
        _ txid: String, _ body: PixChargeBody, _ now: Int64
    ) throws(PixBankProblem) -> PixBankReply {
        guard chargeIDs.count < Self.chargesMaximum else {
            throw PixBankProblem(.indisponivel, "o banco simulado está cheio: reinicie-o")
        }
        let location = "pix.sandbox.example/qr/v2/\(PixChance.text(32).lowercased())"
        let charge = PixBankCharge(
            txid: txid, createdAt: now,
            copyAndPaste: PixCode.dynamic(
                location: location, name: configuration.merchantName, city: configuration.merchantCity,
                amount: body.amount),
            number: Int64(chargeIDs.count + 1), location: location, revisions: [body])
        charges[txid] = charge
        chargeIDs.append(txid)
        return PixBankReply(201, json(charge))
    }

    private func chargeBody(_ call: PixBankCall, over base: PixChargeBody?) throws(PixBankProblem) -> PixChargeBody {
        try PixChargeBody(
            try Self.object(call, .cobOperacaoInvalida), over: base, keys: configuration.keys)
    }

    func json(_ charge: PixBankCharge, revision: Int? = nil) -> JSONValue {
        .object(
            charge.json(
                revision: revision ?? charge.revision,
                receipts: charge.endToEndIDs.compactMap { receipts[$0]?.json }))
    }

    private func found(_ txid: String) throws(PixBankProblem) -> PixBankCharge {
        guard let charge = charges[txid] else {
            throw PixBankProblem(.cobNaoEncontrado, "não há cobrança com este txid")
        }
        return charge
    }

    private static func notActive(_ charge: PixBankCharge) -> PixBankProblem {
        PixBankProblem(.cobOperacaoInvalida, "a cobrança está \(charge.status.rawValue)", at: "cob.status")
    }

    static func object(_ call: PixBankCall, _ kind: PixBankProblem.Kind) throws(PixBankProblem) -> JSONObject {
        guard let object = (try? JSONValue(parsing: call.body))?.objectValue else {
            throw PixBankProblem(kind, "o corpo não é um objeto JSON")
        }
        return object
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
