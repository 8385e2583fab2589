import StrictJSON

/// A payment that Tiyin makes at the API that the run serves: scenarios call it by the id that this API has given it.
///
/// Source: the body of `POST /payments`, yookassa.md 5.
struct YooKassaPaymentForm: OrderForm {
    /// nil until the API is served.
    let api: YooKassaAPI?
    let path = "payments"

    func body(_ id: String, amount: Int64) -> JSONObject {
        [
            "amount": ["value": .string(AmountText.hundredths(amount)), "currency": "RUB"],
            "user_id": "tiyin-conform", "is_recurrent": false,
            "description": .string(ConformanceConfiguration.paymentDescription),
        ]
    }

    func isMade(_ status: Int) -> Bool { (200..<300).contains(status) }

    func id(_ id: String) async throws(ConformanceError) -> String {
        guard let made = await api?.takeCreated() else {
            throw ConformanceError(
                .ordersRefused,
                "The merchant API said that a payment was made, but none was made at the API that the run serves: set "
                    + "the endpoint up with that as YooKassa's base URL.")
        }
        return made
    }
}
