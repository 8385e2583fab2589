import StrictJSON

/// A payment that the simulated bank has received for the merchant.
///
/// Source: pix.md 3.4, 3.6.
public struct PixBankReceipt: Sendable {
    /// 32 characters, made of the clock and of chance.
    public let endToEndID: String
    /// Of the charge or of the static code; nil: it was paid without one.
    public let txid: String?
    /// Centavos.
    public let amount: Int64
    /// The merchant's key that was paid.
    public let key: String
    /// When, milliseconds since 1970 UTC.
    public let paidAt: Int64
    /// What the payer wrote.
    public let note: String?
    /// What was given back, or is to be, oldest first.
    public internal(set) var refunds: [PixBankRefund] = []

    /// What refunds take of it, centavos.
    var reserved: Int64 { refunds.filter { $0.status != .failed }.reduce(0) { $0 + $1.amount } }

    /// As the central bank writes it.
    var json: JSONValue {
        var object = head
        object["valor"] = .string(PixSum.text(amount))
        object["chave"] = .string(key)
        object["horario"] = .string(PixMoment.text(paidAt))
        if let note { object["infoPagador"] = .string(note) }
        object["componentesValor"] = ["original": ["valor": .string(PixSum.text(amount))]]
        if !refunds.isEmpty { object["devolucoes"] = .array(refunds.map(\.json)) }
        return .object(object)
    }

    /// As Inter's notices write it, the last refund alone, not in a list.
    var interJSON: JSONValue {
        var object = head
        object["valor"] = .string(PixSum.text(amount))
        object["chave"] = .string(key)
        object["horario"] = .string(PixMoment.text(paidAt))
        if let note { object["infoPagador"] = .string(note) }
        object["componentesValor"] = ["original": ["valor": PixSum.number(amount)]]
        if let last = refunds.last { object["devolucoes"] = last.json }
        return .object(object)
    }

    private var head: JSONObject {
        var object: JSONObject = ["endToEndId": .string(endToEndID)]
        if let txid { object["txid"] = .string(txid) }
        return object
    }
}

/// Money that goes back to the payer.
///
/// Source: pix.md 3.5.
public struct PixBankRefund: Sendable {
    /// How far it is.
    public enum Status: String, Sendable {
        case underway = "EM_PROCESSAMENTO"
        case done = "DEVOLVIDO"
        case failed = "NAO_REALIZADO"
    }

    /// Who wants it, and why.
    public enum Nature: String, Sendable {
        case original = "ORIGINAL"
        case withdrawal = "RETIRADA"
        /// Forced upon the merchant: an error of the bank's.
        case forcedOperational = "MED_OPERACIONAL"
        /// Forced upon the merchant: the payer was deceived.
        case forcedFraud = "MED_FRAUDE"
    }

    /// Chosen by who asked.
    public let id: String
    /// `D` and 31 characters.
    public let returnID: String
    /// Centavos.
    public let amount: Int64
    /// Who wants it, and why.
    public let nature: Nature
    /// How far it is.
    public internal(set) var status = Status.underway
    /// Milliseconds since 1970 UTC.
    public let requestedAt: Int64
    /// Milliseconds since 1970 UTC; nil: it is not.
    public internal(set) var settledAt: Int64?
    let description: String?
    /// Why it failed.
    var reason: String?
    /// When the bank is through with it.
    let dueAt: Int64
    /// Why it will fail; nil: it will not.
    let failure: String?

    var json: JSONValue {
        var times: JSONObject = ["solicitacao": .string(PixMoment.text(requestedAt))]
        if let settledAt { times["liquidacao"] = .string(PixMoment.text(settledAt)) }
        var object: JSONObject = [
            "id": .string(id), "rtrId": .string(returnID), "valor": .string(PixSum.text(amount)),
            "natureza": .string(nature.rawValue),
        ]
        if let description { object["descricao"] = .string(description) }
        object["horario"] = .object(times)
        object["status"] = .string(status.rawValue)
        if let reason { object["motivo"] = .string(reason) }
        return .object(object)
    }
}
