import Click
import Payments
import Testing

@testable import Sandbox
@testable import tiyin

/// The client of Sources/Click against the simulated Merchant API, over real HTTP.
///
/// Source: click.md 2.
@Suite("The client of Click's Merchant API", .serialized)
struct ClickClientTests {
    private static func sums(_ text: String) throws -> Money { try #require(Money(decimal: text, currency: .uzs)) }

    private static func item(_ price: Int64) throws -> ClickFiscalItem {
        try #require(
            ClickFiscalItem(
                name: "Tea, box", spic: "00702001001000001", packageCode: "1501319", price: price, quantity: 2,
                vat: price / 112 * 12, vatPercent: 12, seller: .tin("123456789"), unitPrice: price / 2))
    }

    @Test("proves who it is with the header of the test vector, and with no other secret, user or time")
    func auth() async throws {
        try await ClickBooth.with { booth in
            let receipt = await booth.paid()
            _ = booth.take()
            _ = try await booth.client().status(paymentID: receipt.paydocID)
            #expect(booth.take().map(\.auth) == ["777:8875866c5b230e1670f2fda6f6f0883d06a1e7d0:1768454430"])
            for stranger in [
                try booth.client(secret: "another-secret"), try booth.client(user: 778),
                try booth.client(late: 301_000), try booth.client(late: -301_000),
            ] {
                await #expect(throws: ClickAPIError.rejected(status: 401)) {
                    try await stranger.reverse(paymentID: receipt.paydocID)
                }
            }
            // Not taken means not done, and nobody tried again.
            #expect(booth.take().count == 4)
            #expect(await booth.click.receipt(receipt.paydocID)?.stage == .paid)
            await #expect(throws: ClickAPIError.refused(code: -1, note: "Unknown service")) {
                try await booth.client(service: 1).reverse(paymentID: receipt.paydocID)
            }
        }
    }

    @Test("sends a bill, and sees it waiting, paid, deleted")
    func invoices() async throws {
        try await ClickBooth.with { booth in
            let client = try booth.client()
            let first = try await client.createInvoice(
                amount: Self.sums("12500.5"), phoneNumber: "998901234567", merchantTransID: "A/1 б")
            let arrival = try #require(booth.take().first)
            #expect(arrival.line.hasPrefix("POST ") && arrival.line.hasSuffix("invoice/create"))
            // A decimal number of sums, whatever other calls count in.
            #expect(arrival.body.contains(#""amount":12500.50,"#))
            #expect(try await client.invoiceStatus(first) == (0, "Waits for payment"))
            #expect(await booth.click.payInvoice(first))
            #expect(try await client.invoiceStatus(first).status == 1)
            let second = try await client.createInvoice(
                amount: Self.sums("1"), phoneNumber: "998901234567", merchantTransID: "B")
            #expect(await booth.click.deleteInvoice(second))
            #expect(try await client.invoiceStatus(second).status == -99)
            await #expect(throws: ClickAPIError.refused(code: -1, note: "phone_number must be 998XXXXXXXXX")) {
                try await client.createInvoice(amount: Self.sums("1"), phoneNumber: "901234567", merchantTransID: "B")
            }
        }
    }

    @Test("asks how a payment stands, by its number and by our order, whatever the order is called")
    func status() async throws {
        try await ClickBooth.with { booth in
            let client = try booth.client()
            let order = "2026/11:a+b %?"
            let receipt = await booth.paid(order)
            let byID = try await client.status(paymentID: receipt.paydocID)
            #expect(byID.stage == .paid && byID.paymentID == receipt.paydocID)
            // 10:20:30 in Tashkent.
            #expect(try await client.status(merchantTransID: order, day: "2026-01-15") == byID)
            for (order, day) in [(order, "2026-01-14"), ("2026", "2026-01-15")] {
                await #expect(throws: ClickAPIError.refused(code: -1, note: "Unknown payment")) {
                    try await client.status(merchantTransID: order, day: day)
                }
            }
        }
    }

    @Test("gives a payment back once, under Click's conditions")
    func reversal() async throws {
        try await ClickBooth.with { booth in
            let client = try booth.client()
            let receipt = await booth.paid()
            _ = booth.take()
            try await client.reverse(paymentID: receipt.paydocID)
            #expect(booth.takeLines() == ["DELETE payment/reversal/54321/\(receipt.paydocID)"])
            #expect(try await client.status(paymentID: receipt.paydocID).stage == .failed)
            await #expect(throws: ClickAPIError.refused(code: -1, note: "The payment is not paid")) {
                try await client.reverse(paymentID: receipt.paydocID)
            }
            let wallet = await booth.paid("B", .wallet)
            await #expect(throws: ClickAPIError.self) { try await client.reverse(paymentID: wallet.paydocID) }
            let (early, late) = (await booth.paid("C"), await booth.paid("D"))
            // 15 January becomes 1 February: the last month's are still given back; then it is over.
            booth.clock.advance(milliseconds: 17 * 86_400_000)
            try await client.reverse(paymentID: early.paydocID)
            booth.clock.advance(milliseconds: 86_400_000)
            await #expect(throws: ClickAPIError.refused(code: -1, note: "The reporting month is over")) {
                try await client.reverse(paymentID: late.paydocID)
            }
        }
    }

    @Test("keeps a card, proves it, pays from it, forgets it")
    func cards() async throws {
        try await ClickBooth.with { booth in
            let client = try booth.client()
            let card = try await client.requestCard(number: "8600490744313347", expiry: "0399", isTemporary: false)
            #expect(card.phoneNumber == "99890*****67" && !card.isTemporary && card.token.count == 24)
            await #expect(throws: ClickAPIError.refused(code: -1, note: "The card is not verified")) {
                try await client.pay(token: card.token, amount: Self.sums("5000"), merchantTransID: "A")
            }
            await #expect(throws: ClickAPIError.refused(code: -1, note: "Wrong SMS code")) {
                try await client.verifyCard(token: card.token, code: 11_111)
            }
            #expect(try await client.verifyCard(token: card.token, code: 12_345) == "860049******3347")
            _ = booth.take()
            let payment = try await client.pay(token: card.token, amount: Self.sums("5000"), merchantTransID: "A")
            #expect(payment.stage == .paid)
            #expect(booth.take().map(\.body).first?.contains(#""transaction_parameter":"A""#) == true)
            let entries = booth.click.timeline.newest(100)
            #expect(entries.filter { $0.direction == .click }.map(\.title) == ["Complete", "Prepare"])
            try await client.deleteCard(token: card.token)
            await #expect(throws: ClickAPIError.refused(code: -1, note: "Unknown card token")) {
                try await client.pay(token: card.token, amount: Self.sums("5000"), merchantTransID: "A")
            }
            // Neither a card's number nor what stands for it is shown to anybody.
            for entry in entries + booth.click.timeline.newest(10) {
                let shown = [entry.head, entry.request, entry.answer].compactMap { $0 }.joined()
                #expect(!shown.contains(card.token) && !shown.contains("8600490744313347"))
            }
        }
    }

    @Test("a card for one payment is good for one; an empty one is no error, and no payment either")
    func otherCards() async throws {
        try await ClickBooth.with { booth in
            let client = try booth.client()
            let once = try await client.requestCard(number: "9860120000001234", expiry: "1230", isTemporary: true)
            #expect(once.isTemporary)
            _ = try await client.verifyCard(token: once.token, code: 12_345)
            #expect(
                try await client.pay(token: once.token, amount: Self.sums("1.01"), merchantTransID: "A").stage == .paid)
            await #expect(throws: ClickAPIError.self) {
                try await client.pay(token: once.token, amount: Self.sums("1.01"), merchantTransID: "A")
            }
            let empty = try await client.requestCard(number: "8600120000000000", expiry: "1230", isTemporary: false)
            _ = try await client.verifyCard(token: empty.token, code: 12_345)
            let refused = try await client.pay(token: empty.token, amount: Self.sums("1"), merchantTransID: "B")
            #expect(refused.stage == .failed)
        }
    }

    @Test("takes money at a till, at once or after a confirmation within 30 seconds")
    func pass() async throws {
        try await ClickBooth.with { booth in
            let client = try booth.client()
            let atOnce = try await client.payByPass(code: "123456", amount: Self.sums("700.25"), transactionID: "A")
            #expect(atOnce.payment.stage == .paid && !atOnce.mustBeConfirmed && atOnce.processing == "WALLET")
            #expect(atOnce.cardType == "private" && atOnce.cardNumber != nil && atOnce.phoneNumber != nil)
            try await client.setPassConfirmation(true)
            for isInTime in [true, false] {
                let waiting = try await client.payByPass(code: "123456", amount: Self.sums("1"), cashbox: "2")
                #expect(waiting.payment.stage == .underWay && waiting.mustBeConfirmed)
                if !isInTime { booth.clock.advance(milliseconds: 31_000) }
                let id = waiting.payment.paymentID
                if isInTime {
                    try await client.confirmPass(paymentID: id)
                } else {
                    await #expect(throws: ClickAPIError.self) { try await client.confirmPass(paymentID: id) }
                }
                #expect(try await client.status(paymentID: id).stage == (isInTime ? .paid : .failed))
            }
            try await client.setPassConfirmation(false)
            #expect(try await !client.payByPass(code: "123456", amount: Self.sums("1")).mustBeConfirmed)
        }
    }

    @Test("writes fiscal receipts in tiyin, and reads them")
    func fiscal() async throws {
        try await ClickBooth.with { booth in
            let client = try booth.client()
            let receipt = await booth.paid()
            let id = receipt.paydocID
            #expect(try await client.receipt(paymentID: id) == nil)
            await #expect(throws: ClickAPIError.refused(code: -1, note: "The sums do not make up the payment")) {
                try await client.submitItems(
                    paymentID: id, items: [Self.item(5_000)], received: ClickReceived(electronic: 5_000))
            }
            _ = booth.take()
            try await client.submitItems(
                paymentID: id, items: [Self.item(300_000), Self.item(200_000)],
                received: ClickReceived(electronic: 400_000, card: 100_000))
            let body = try #require(booth.take().first?.body)
            #expect(body.contains(#""received_ecash":400000,"received_cash":0,"received_card":100000"#))
            #expect(body.contains(#""Price":300000,"Amount":2"#))
            #expect(try await client.receipt(paymentID: id)?.contains("r=\(id)") == true)
            try await client.submitReceipt(paymentID: id, url: "https://ofd.soliq.uz/check?t=1&r=2")
            #expect(try await client.receipt(paymentID: id) == "https://ofd.soliq.uz/check?t=1&r=2")
        }
    }

    @Test("numbers of 64 bits come and go exactly")
    func bigNumbers() async throws {
        // More than a double holds.
        let first: Int64 = 9_007_199_254_740_993
        try await ClickBooth.with(firstNumber: first) { booth in
            let client = try booth.client()
            let invoice = try await client.createInvoice(
                amount: Self.sums("92233720368547758.07"), phoneNumber: "998901234567", merchantTransID: "A")
            #expect(invoice == first)
            #expect(await booth.click.invoices.first?.amount == .max)
            let receipt = await booth.paid()
            #expect(receipt.paydocID == first + 1)
            #expect(try await client.status(paymentID: receipt.paydocID).paymentID == first + 1)
            try await client.reverse(paymentID: receipt.paydocID)
            #expect(booth.takeLines().last == "DELETE payment/reversal/54321/\(first + 1)")
        }
    }
}
