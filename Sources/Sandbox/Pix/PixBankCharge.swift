import StrictJSON

/// A charge, as the simulated bank keeps it.
///
/// Source: pix.md 3.2, 3.3.
public struct PixBankCharge: Sendable {
    /// Of the record, not of time: an expired charge is still active.
    public enum Status: String, Sendable, CaseIterable {
        case active = "ATIVA"
        case completed = "CONCLUIDA"
        case removedByReceiver = "REMOVIDA_PELO_USUARIO_RECEBEDOR"
        case removedByBank = "REMOVIDA_PELO_PSP"
    }

    /// Chosen by the merchant, or by the bank for `POST /cob`.
    public let txid: String
    /// The present status.
    public internal(set) var status = Status.active
    /// When it was made, milliseconds since 1970 UTC.
    public let createdAt: Int64
    /// What its code says.
    public let copyAndPaste: String
    /// The payments of it, oldest first.
    public internal(set) var endToEndIDs: [String] = []
    let number: Int64
    let location: String
    /// What it says, revision by revision.
    var revisions: [PixChargeBody]

    var body: PixChargeBody { revisions[revisions.count - 1] }
    /// Counted from 0.
    public var revision: Int { revisions.count - 1 }
    /// Centavos.
    public var amount: Int64 { body.amount }
    /// The last instant at which it can be paid, milliseconds since 1970 UTC.
    public var expiresAt: Int64 { createdAt + body.expirySeconds * 1_000 }

    /// - Parameters:
    ///   - revision: the one that is asked for.
    ///   - receipts: the payments of it, as JSON.
    func json(revision: Int, receipts: [JSONValue]) -> JSONObject {
        let body = revisions[revision]
        var object: JSONObject = [
            "calendario": [
                "criacao": .string(PixMoment.text(createdAt)), "expiracao": .integer(body.expirySeconds),
            ],
            "txid": .string(txid), "revisao": .integer(Int64(revision)),
            "loc": [
                "id": .integer(number), "location": .string(location), "tipoCob": "cob",
                "criacao": .string(PixMoment.text(createdAt)),
            ],
            "location": .string(location), "status": .string(status.rawValue),
        ]
        if let payer = body.payer { object["devedor"] = payer }
        object["valor"] = [
            "original": .string(PixSum.text(body.amount)), "modalidadeAlteracao": body.isAmountOpen ? 1 : 0,
        ]
        object["chave"] = .string(body.key)
        if let note = body.note { object["solicitacaoPagador"] = .string(note) }
        if !body.details.isEmpty { object["infoAdicionais"] = .array(body.details) }
        object["pixCopiaECola"] = .string(copyAndPaste)
        if !receipts.isEmpty { object["pix"] = .array(receipts) }
        return object
    }
}
