import Sandbox
import Server

/// What `tiyin sandbox` prints: where to look, and calls that work as they stand.
struct SandboxGuide: Sendable {
    private let setup: SandboxSetup

    init(_ setup: SandboxSetup) {
        self.setup = setup
    }

    func text(port: Int) -> String {
        let base = "http://127.0.0.1:\(port)"
        let program = CommandLine.arguments.first ?? "tiyin"
        let create =
            #"{"method":"CreateTransaction","params":{"id":"5305e3bab097f420a62ced0b","time":'$(date +%s000)',"amount":500000,"account":{"order_id":"1001"}},"id":1}"#
        let perform = #"{"method":"PerformTransaction","params":{"id":"5305e3bab097f420a62ced0b"},"id":2}"#
        return """

            Tiyin \(TiyinVersion.current) sandbox at \(base)
            Everything here is throwaway: keys, database, orders 1001 to 1004 (one-time), 1005 and 1006 (BRL, for Pix),
            1007 and 1008 (RUB, for YooKassa), 998901234567 (cumulative).

            Open \(base)/ in a browser and press "Pay now": a simulated Payme pays the order, and the page shows
            every call. "Pay with Click", "Pay with Pix" and "Pay with YooKassa" lead to a simulated Click, bank and YooKassa,
            and a chat on the page has what Telegram would show. "Make the purchase" lets a group pay together, with a
            mailbox for its e-mails. Or play the parts yourself:

            1. Be Payme: announce a payment of order 1001, then take the money.
               curl -u 'Paycom:\(setup.paymeKey)' \(base)/payments/payme/webhook -d '\(create)'
               curl -u 'Paycom:\(setup.paymeKey)' \(base)/payments/payme/webhook -d '\(perform)'

               Send the second again: the same answer, to the byte.

            2. Be the shop: see that it is paid, and register an order of your own.
               curl -H 'Authorization: Bearer \(setup.merchantKey)' \(base)/orders/1001
               curl -H 'Authorization: Bearer \(setup.merchantKey)' \(base)/orders --json '{"amount":{"value":"15.50","currency":"UZS"}}'

            3. Be a shop that takes Pix, then one that takes YooKassa: open \(base) + `page`, or
               `confirmation_url`, in the browser.
               curl -H 'Authorization: Bearer \(setup.merchantKey)' \(base)/payments/pix --json '{"amount":"89.90","order_id":"1006"}'
               curl -H 'Authorization: Bearer \(setup.merchantKey)' \(base)/payments/yookassa --json '{"amount":{"value":"1490.00","currency":"RUB"},"order_id":"1007"}'

            4. Be Payme's sandbox: run every conformance scenario against this server (half a minute).
               \(program) conform payme --url \(base)/payments/payme/webhook --key '\(setup.paymeKey)' --merchant-key '\(setup.merchantKey)' --amount 500000

            5. Be Click's test tools, with its throwaway secret (a second).
               \(program) conform click --url \(base)/payments/click/webhook --service-id \(setup.click.serviceID) --secret-key '\(setup.click.secretKey)' --merchant-key '\(setup.merchantKey)' --amount 500000

            6. Be the operator: \(base)/health  \(base)/ready  \(base)/metrics

            Stop with Ctrl-C.
            """
    }
}
