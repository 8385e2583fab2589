import Foundation
import Hummingbird
import Payme
import Payments
import Storage

/// Where an order can be paid, for every gateway that is on.
struct PayLinks: Sendable {
    let configuration: PaymeConfiguration?
    let hooks: PaymentHooks

    /// What a caller may choose about a link: `?lang=uz&return_url=…&amount=5000.00`.
    struct Options: Sendable {
        var language: PaymeCheckout.Language?
        var returnURL: String?
        /// Tiyin.
        var amount: Int64?

        init() {}

        /// - Throws: ``Problem`` for a value that no link can carry.
        init(_ request: Request) throws {
            let parameters = request.uri.queryParameters
            if let text = parameters["lang"] {
                guard let known = PaymeCheckout.Language(rawValue: String(text)) else {
                    throw Problem.invalid("lang", "Must be ru, uz or en.")
                }
                language = known
            }
            if let text = parameters["return_url"].map(String.init) {
                guard text.hasPrefix("https://") || text.hasPrefix("http://"), text.utf8.count <= 1_024,
                    !text.contains(";")
                else { throw Problem.invalid("return_url", "Must be an http(s) URL without a semicolon.") }
                returnURL = text
            }
            if let text = parameters["amount"].map(String.init) {
                // Every currency that has links counts two decimals.
                guard let money = Money(decimal: text, currency: .uzs), money.minor > 0 else {
                    throw Problem.invalid("amount", "Must be a decimal above 0 with at most 2 decimals: 5000.00.")
                }
                amount = money.minor
            }
        }

        /// - Throws: ``Problem`` for an amount that the order would refuse when it is paid.
        func check(_ order: Order) throws {
            guard let amount else { return }
            if order.kind == .oneTime {
                throw Problem.invalid("amount", "A one_time order has an amount of its own: leave it out.")
            }
            if let minimum = order.minimum, amount < minimum {
                let least = Money(minor: minimum, currency: order.currency).decimal
                throw Problem.invalid("amount", "This order takes \(least) or more.")
            }
            if let maximum = order.maximum, amount > maximum {
                let most = Money(minor: maximum, currency: order.currency).decimal
                throw Problem.invalid("amount", "This order takes \(most) or less.")
            }
        }
    }

    /// Nil if Payme is off, or the order cannot be paid through it, or not any more.
    func payme(_ order: Order, _ standing: OrderStanding, _ options: Options) -> PaymeCheckout? {
        guard let configuration, let merchantID = configuration.merchantID, order.currency == .uzs,
            standing.status != .paid, standing.status != .cancelled
        else { return nil }
        guard let amount = order.amount?.minor ?? options.amount ?? order.minimum else { return nil }
        let own = hooks.payLinkAccount(order, gateway: PaymeGateway.name)
        let account = own.isEmpty ? [AdditionalField(configuration.accountField, order.id)] : own
        return PaymeCheckout(
            checkoutURL: configuration.checkoutURL, merchantID: merchantID, account: account, amount: amount,
            language: options.language, returnURL: options.returnURL, description: order.description,
            detail: order.fiscal)
    }
}
