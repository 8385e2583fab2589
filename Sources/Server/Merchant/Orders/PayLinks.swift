import Click
import Foundation
import Hummingbird
import Payme
import Payments
import Pledg
import Storage

/// Where an order can be paid, for every gateway that is on.
struct PayLinks: Sendable {
    let payme: PaymeConfiguration?
    let click: ClickConfiguration?
    let hooks: PaymentHooks

    /// One gateway's way to pay an order.
    struct Checkout: Sendable {
        let gateway: String
        /// Nil: its format cannot carry these values.
        let link: String?
        /// A form to be sent by POST; nil: the gateway has none.
        var form: (action: String, fields: [AdditionalField])?
    }

    /// Empty if the order cannot be paid, or not any more.
    func checkouts(_ order: Order, _ standing: OrderStanding, _ options: PayLinkOptions) -> [Checkout] {
        guard standing.status != .paid, standing.status != .cancelled,
            let minor = order.amount?.minor ?? options.amount ?? order.minimum
        else { return [] }
        let amount = Money(minor: minor, currency: order.currency)
        return [payme(order, amount, options), click(order, amount, options)].compactMap { $0 }
    }

    private func payme(_ order: Order, _ amount: Money, _ options: PayLinkOptions) -> Checkout? {
        guard let payme, let merchantID = payme.merchantID, amount.currency == .uzs else { return nil }
        let own = ownAccount(order, PaymeGateway.name)
        let account = own.isEmpty ? [AdditionalField(payme.accountField, order.id)] : own
        let checkout = PaymeCheckout(
            checkoutURL: payme.checkoutURL, merchantID: merchantID, account: account, amount: amount.minor,
            language: options.language.flatMap { PaymeCheckout.Language(rawValue: $0.rawValue) },
            returnURL: options.returnURL, description: order.description, detail: order.fiscal)
        return Checkout(
            gateway: PaymeGateway.name, link: try? checkout.link(),
            form: (action: checkout.checkoutURL, fields: checkout.formFields()))
    }

    private func click(_ order: Order, _ amount: Money, _ options: PayLinkOptions) -> Checkout? {
        guard let click, let merchantID = click.merchantID, amount.currency == .uzs else { return nil }
        // This link has room for one value.
        let own = ownAccount(order, ClickGateway.name).first?.value
        let link = ClickPayLink(
            payURL: click.payURL, merchantID: merchantID, serviceID: click.serviceID, order: own ?? order.id,
            amount: amount, returnURL: options.returnURL)
        return Checkout(gateway: ClickGateway.name, link: link.link)
    }

    /// Of shares of groups the shop knows nothing: they are paid under their own ids.
    private func ownAccount(_ order: Order, _ gateway: String) -> [AdditionalField] {
        PledgGateway.isOwnOrder(order.id) ? [] : hooks.payLinkAccount(order, gateway: gateway)
    }
}

/// What a caller may choose about links: `?lang=uz&return_url=…&amount=5000.00`.
struct PayLinkOptions: Sendable {
    enum Language: String, Sendable, CaseIterable {
        case ru, uz, en
    }

    var language: Language?
    var returnURL: String?
    /// Minor units.
    var amount: Int64?

    init() {}

    /// - Throws: ``Problem`` for a value that no link can carry.
    init(_ request: Request) throws {
        let parameters = request.uri.queryParameters
        if let text = parameters["lang"] {
            guard let known = Language(rawValue: String(text)) else {
                throw Problem.invalid("lang", "Must be ru, uz or en.")
            }
            language = known
        }
        if let text = parameters["return_url"].map(String.init) {
            // By bytes: to Swift a slash and a combining character behind it are one character.
            guard ["https://", "http://"].contains(where: { text.utf8.starts(with: $0.utf8) }),
                text.unicodeScalars.count <= 1_024,
                !text.utf8.contains(where: { $0 == UInt8(ascii: ";") || $0 == 0 })
            else {
                throw Problem.invalid(
                    "return_url", "Must be an http(s) URL without a semicolon, of at most 1024 characters.")
            }
            returnURL = text
        }
        if let text = parameters["amount"].map(String.init) {
            // Every currency that has links counts two decimals.
            guard text.prefix(while: { $0 != "." }).utf8.count <= 17,
                let money = try Money.decimal(text, .uzs, "amount"), money.minor > 0
            else {
                throw Problem.invalid("amount", "Must be a decimal above 0 with at most 2 decimals: 5000.00.")
            }
            amount = money.minor
        }
    }

    /// - Throws: ``Problem`` for an amount that the order would refuse when it is paid.
    func check(_ order: Order) throws {
        guard let amount else { return }
        if order.kind == .oneTime {
            throw Problem.unprocessable("amount", "A one_time order has an amount of its own: leave it out.")
        }
        if let minimum = order.minimum, amount < minimum {
            let least = Money(minor: minimum, currency: order.currency).decimal
            throw Problem.unprocessable("amount", "This order takes \(least) or more.")
        }
        if let maximum = order.maximum, amount > maximum {
            let most = Money(minor: maximum, currency: order.currency).decimal
            throw Problem.unprocessable("amount", "This order takes \(most) or less.")
        }
    }
}
