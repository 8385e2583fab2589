import Payments
import Pix
import StrictJSON

/// What a bank sends to a webhook.
enum Notices {
    /// `{"pix": […]}`
    static func body(_ payments: PixPayment...) -> [UInt8] {
        JSONValue.object(["pix": .array(payments.map { item($0) })]).serialized()
    }

    static func item(_ payment: PixPayment) -> JSONValue {
        var item: JSONObject = [
            "endToEndId": .string(payment.e2eID),
            "valor": .string(Money(minor: payment.amount, currency: .brl).decimal),
            "horario": "2026-11-21T00:00:00.000Z",
        ]
        if let txid = payment.txid { item["txid"] = .string(txid) }
        if let key = payment.key { item["chave"] = .string(key) }
        return .object(item)
    }
}
