import Specification
import StrictJSON

/// The bank's answers. What is not known is passed over, but for what the next step rests on.
struct InterReading: Sendable {
    private let specification: PixSpecification

    init(_ specification: PixSpecification) {
        self.specification = specification
    }

    func charge(_ value: JSONValue) throws(PixBankError) -> PixBankCharge {
        guard let txid = value["txid"]?.stringValue, let word = value["status"]?.stringValue else {
            throw .unknown("the answer is no charge")
        }
        var payments: [PixPayment] = []
        // One that cannot be read hides no other.
        for item in value["pix"]?.arrayValue ?? [] { if let one = try? payment(item) { payments.append(one) } }
        let calendar = value["calendario"]
        let original = Self.present(value["valor"]?["original"])
        let amount = original.flatMap(PixWireMoney.centavos)
        guard original == nil || amount != nil else { throw .unknown("the charge has no amount that can be read") }
        return PixBankCharge(
            txid: txid, status: specification.chargeStatuses[word], statusWord: word,
            revision: try Self.count(value["revisao"], "revisao", from: 0) ?? 0,
            createdAt: calendar?["criacao"]?.stringValue.flatMap { PixTime.milliseconds($0) },
            expirySeconds: try Self.count(calendar?["expiracao"], "expiracao", from: 1), amount: amount,
            key: value["chave"]?.stringValue,
            location: value["location"]?.stringValue ?? value["loc"]?["location"]?.stringValue,
            code: value["pixCopiaECola"]?.stringValue.flatMap { (1...512).contains($0.utf8.count) ? $0 : nil },
            payments: payments)
    }

    func payment(_ value: JSONValue) throws(PixBankError) -> PixPayment {
        guard let e2eID = value["endToEndId"]?.stringValue, (1...64).contains(e2eID.utf8.count),
            let amount = value["valor"].flatMap(PixWireMoney.centavos)
        else { throw .unknown("the answer is no payment") }
        // One refund alone may come without its list.
        var returns: [PixReturn] = []
        let list = value["devolucoes"]
        for item in list?.arrayValue ?? (list?.objectValue == nil ? [] : [list ?? .null]) {
            // One that cannot be read keeps nobody's payment from being taken.
            if let entry = try? giveBack(item) { returns.append(entry) }
        }
        return PixPayment(
            e2eID: e2eID, txid: value["txid"]?.stringValue, amount: amount,
            paidAt: value["horario"]?.stringValue.flatMap { PixTime.milliseconds($0) },
            key: value["chave"]?.stringValue,
            payerNote: value["infoPagador"].flatMap { $0.stringValue ?? $0.numberText }.map { String($0.prefix(140)) },
            returns: returns)
    }

    func giveBack(_ value: JSONValue) throws(PixBankError) -> PixReturn {
        guard let id = value["id"]?.stringValue, (1...64).contains(id.utf8.count),
            let amount = value["valor"].flatMap(PixWireMoney.centavos), let word = value["status"]?.stringValue
        else { throw .unknown("the answer is no refund") }
        return PixReturn(
            id: id, rtrID: value["rtrId"]?.stringValue, amount: amount, nature: value["natureza"]?.stringValue,
            status: specification.refundStatuses[word], statusWord: word,
            settledAt: value["horario"]?["liquidacao"]?.stringValue.flatMap { PixTime.milliseconds($0) },
            reason: value["motivo"]?.stringValue.map { BankWords.masked($0) })
    }

    /// What the bank says right after it was asked to pay.
    func accepted(_ value: JSONValue) throws(PixBankError) -> PixBankPayout {
        guard let code = value["codigoSolicitacao"]?.stringValue, !code.isEmpty else {
            throw .unknown("the answer has no codigoSolicitacao")
        }
        let word = value["tipoRetorno"]?.stringValue ?? ""
        return PixBankPayout(
            code: code, status: specification.payoutStatuses[word], statusWord: word,
            e2eID: value["endToEndId"]?.stringValue)
    }

    func payout(_ value: JSONValue) throws(PixBankError) -> PixBankPayout {
        guard let payment = value["transacaoPix"], let word = payment["status"]?.stringValue else {
            throw .unknown("the answer is no payout")
        }
        let errors = (payment["erros"]?.arrayValue ?? []).compactMap { error -> String? in
            let parts = [error["codigoErro"], error["descricaoErro"]].compactMap { $0?.stringValue ?? $0?.numberText }
            return parts.isEmpty ? nil : BankWords.masked(parts.joined(separator: " "))
        }
        let sum = Self.present(payment["valor"])
        let amount = sum.flatMap(PixWireMoney.centavos)
        guard sum == nil || amount != nil else { throw .unknown("the payout has no amount that can be read") }
        return PixBankPayout(
            code: payment["codigoSolicitacao"]?.stringValue, status: specification.payoutStatuses[word],
            statusWord: word, e2eID: payment["endToEnd"]?.stringValue, amount: amount,
            key: payment["chave"]?.stringValue, errors: errors)
    }

    func page<Item: Sendable>(
        _ value: JSONValue, _ list: String, _ number: Int64, _ read: (JSONValue) throws(PixBankError) -> Item
    ) throws(PixBankError) -> PixPage<Item> {
        guard let items = value[list]?.arrayValue else { throw .unknown("the answer has no list \(list)") }
        var all: [Item] = []
        for item in items { if let one = try? read(item) { all.append(one) } }
        let pages = try Self.count(
            value["parametros"]?["paginacao"]?["quantidadeDePaginas"], "quantidadeDePaginas", from: 0)
        // Without a count, a full page has another behind it.
        let hasMore = pages.map { number + 1 < $0 } ?? (items.count >= Int(specification.limits.pageSize))
        return PixPage(items: all, hasMore: !items.isEmpty && hasMore, unreadable: items.count - all.count)
    }

    /// A whole number as number or text, of 32 bits like the bank's own; nil if there is none. One that does not fit is
    /// no answer: nothing is to be reckoned with it.
    static func count(_ value: JSONValue?, _ name: String, from least: Int64) throws(PixBankError) -> Int64? {
        guard let value = present(value) else { return nil }
        guard let number = value.integerValue ?? value.stringValue.flatMap({ Int64($0) }),
            (least...Int64(Int32.max)).contains(number)
        else { throw .unknown("the answer has no \(name) that can be read") }
        return number
    }

    private static func present(_ value: JSONValue?) -> JSONValue? { value?.isNull == true ? nil : value }
}
