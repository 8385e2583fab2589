import Payments
import Specification

/// One call of the SHOP API, its fields in their types. The signature is not looked at here.
struct ClickCallback: Sendable {
    let form: ClickForm
    /// The attempt at Click.
    let transID: Int64
    let serviceID: Int64
    /// The payment's number at Click.
    let paydocID: Int64
    /// Our order, as Click calls it.
    let merchantTransID: String
    /// What we returned from Prepare; nil: the call has none.
    let prepareID: Int64?
    /// Sums as decimal text; nil: no amount.
    let amount: Money?
    let action: Int64
    /// 0, or below.
    let error: Int64

    /// Nil if it is not in the shape of its document.
    ///
    /// Source: click.md 1.2, 1.5 (-8), 1.11.
    init?(_ body: [UInt8], _ click: ClickSpecification) {
        guard let form = ClickForm(body, fields: click.fields), let transID = form.integer("click_trans_id"),
            let serviceID = form.integer("service_id"), let paydocID = form.integer("click_paydoc_id"),
            let merchantTransID = form["merchant_trans_id"], let action = form.integer("action"),
            // A positive one is not documented.
            let error = form.integer("error"), error <= 0
        else { return nil }
        self.form = form
        self.transID = transID
        self.serviceID = serviceID
        self.paydocID = paydocID
        self.merchantTransID = merchantTransID
        self.action = action
        self.error = error
        prepareID = form.integer("merchant_prepare_id")
        // Nothing is hidden by it: text that is no amount is a wrong amount, once everything else is right.
        amount = form["amount"].flatMap(Self.amount)
        // A payment cannot be completed without saying which; a refused one has none to name.
        if action == click.shopActions["complete"], prepareID == nil, error == 0 { return nil }
    }

    /// Sums as Click writes them. A leading 0 could be a digit of the neighbour in what is hashed.
    static func amount(_ text: String) -> Money? {
        guard !text.hasPrefix("0") || text.hasPrefix("0.") || text == "0" else { return nil }
        return Money(decimal: text, currency: .uzs)
    }

    /// Click calls the payment off.
    ///
    /// Source: click.md 1.9: whatever the number is.
    var isCancel: Bool { error < 0 }

    /// How the transaction of this attempt is stored.
    var key: TransactionKey {
        TransactionKey(gateway: ClickGateway.name, cashbox: String(serviceID), externalID: String(transID))
    }
}
