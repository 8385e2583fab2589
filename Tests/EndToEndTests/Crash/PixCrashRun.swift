import AsyncHTTPClient
import Foundation
import Payments
import Sandbox
import Storage
import StrictJSON
import TestSupport

/// One database and one bank; the server between them is killed again and again.
final class PixCrashRun: @unchecked Sendable {
    let book = PixCrashBook()
    private let bank: PixBankSandbox
    private let url: String
    private let folder: TemporaryFolder
    private var random: SeededGenerator

    private static let key = "loja@example.com"
    private static let path = "webhook-of-the-crash-test"

    static var configuration: PixBankConfiguration {
        PixBankConfiguration(clientID: "loja", clientSecret: "segredo", keys: [key])
    }

    init(bank: PixBankSandbox, url: String, folder: TemporaryFolder, seed: UInt64) {
        self.bank = bank
        self.url = url
        self.folder = folder
        random = SeededGenerator(seed: seed)
    }

    private func start() async throws -> ServerProcess {
        let server = try await ServerProcess(
            .tiyin, in: folder,
            [
                "PIX_PROVIDER": "inter", "PIX_KEY": Self.key, "PIX_MERCHANT_NAME": "LOJA",
                "PIX_MERCHANT_CITY": "RECIFE",
                "PIX_WEBHOOK_SECRET": Self.path, "INTER_CLIENT_ID": "loja", "INTER_CLIENT_SECRET": "segredo",
                "INTER_BASE_URL": url,
            ])
        bank.register(webhookURL: "\(server.url)/payments/pix/confirm/\(Self.path)", for: Self.key)
        return server
    }

    // MARK: Rounds

    /// Shops ask, customers pay, the bank fails, the server dies.
    func round(_ number: Int) async throws {
        failNow(number)
        let server = try await start()
        let http = HTTPClient.ofCrashes()
        let shop = server.shop(http)
        let milliseconds = Int.random(in: 60...900, using: &random)
        // What was asked for last, and perhaps not answered, is asked for again beside what is new.
        let old = book.contents.keys.suffix(4)
        let oldWishes = book.contents.wishes.suffix(4)
        let seeds = (0..<5).map { _ in random.next() }
        let customer = SeededGenerator(seed: random.next())
        await withTaskGroup(of: Void.self) { group in
            for key in old { group.addTask { _ = await self.charge(key, shop) } }
            for wish in oldWishes { group.addTask { _ = await Self.giveBack(wish, shop) } }
            group.addTask { await self.giveBack(shop) }
            for (client, seed) in seeds.enumerated() {
                group.addTask { await self.buy("r\(number)c\(client)", shop, SeededGenerator(seed: seed)) }
            }
            // A payout that was cut off is asked for again after a minute and a half: those of the last rounds would
            // only be waited for.
            if number < 6 { group.addTask { await self.send("saque-\(number)", shop) } }
            group.addTask { await self.pay(customer) }
            // The instant is the test's own choice; there is nothing to wait for.
            try? await Task.sleep(for: .milliseconds(milliseconds))
            server.child.signal(SIGKILL)
            group.cancelAll()
        }
        await server.child.exit()
        try await http.shutdown()
    }

    private func failNow(_ round: Int) {
        let faults: [PixBankFault] = [
            .lost, .dropped, .failedAfter(500), .refused(503), .slow(80), .slow(400), .broken,
        ]
        func some() -> PixBankFault { faults.randomElement(using: &random) ?? .lost }
        bank.fail(.putCharge, with: some(), some(), some(), some())
        bank.fail(.readCharge, with: some(), some())
        bank.fail(.readReceipt, with: some(), some())
        bank.fail(.patchCharge, with: some())
        bank.fail(.requestRefund, with: some(), some())
        bank.fail(.readRefund, with: some())
        // After each failure a payout waits twice as long.
        if round.isMultiple(of: 4) { bank.fail(.sendPayout, with: some()) }
    }

    private func charge(_ key: String, _ shop: MerchantClient) async -> JSONValue? {
        let answer = try? await shop.post("/payments/pix", ["amount": "12.34"], headers: [("idempotency-key", key)])
        guard let answer, [200, 202].contains(answer.status), let payment = answer.body["payment"] else { return nil }
        book.hear(key, payment)
        return payment
    }

    /// Until a call fails, which is when the server is killed.
    private func buy(_ name: String, _ shop: MerchantClient, _ random: SeededGenerator) async {
        var random = random
        for number in 0..<3 {
            let key = "\(name)n\(number)"
            book.begin(key)
            guard let payment = await charge(key, shop) else { return }
            guard Int.random(in: 0..<4, using: &random) == 0 else { continue }
            let transaction = payment["transaction_id"]?.stringValue ?? ""
            _ = try? await shop.post("/transactions/\(transaction)/cancel", [:])
        }
    }

    /// Two equal parts of some payments: only their keys tell them apart.
    private func giveBack(_ shop: MerchantClient) async {
        var left = 3
        while left > 0, !Task.isCancelled {
            let contents = book.contents
            let known = Set(contents.wishes.map(\.txid))
            let next = bank.receipts.lazy.compactMap(\.txid).first {
                !known.contains($0) && contents.transactions[$0] != nil
            }
            guard let txid = next, let transaction = contents.transactions[txid] else {
                try? await Task.sleep(for: .milliseconds(10))
                continue
            }
            left -= 1
            for part in 1...2 {
                let wish = PixCrashBook.Wish(
                    key: "\(txid)-\(part)", transaction: transaction, txid: txid, amount: 100)
                book.begin(wish)
                // The payment may not be known here yet: then it is refused, and asked for again later.
                for _ in 0..<4 where !Task.isCancelled {
                    if await Self.giveBack(wish, shop) { break }
                    try? await Task.sleep(for: .milliseconds(30))
                }
            }
        }
    }

    /// - Returns: whether it was taken.
    private static func giveBack(_ wish: PixCrashBook.Wish, _ shop: MerchantClient) async -> Bool {
        let answer = try? await shop.post(
            "/transactions/\(wish.transaction)/refund",
            ["amount": ["value": .string(Money(minor: wish.amount, currency: .brl).decimal), "currency": "BRL"]],
            headers: [("idempotency-key", wish.key)])
        return answer.map { [200, 202].contains($0.status) } ?? false
    }

    private func send(_ reference: String, _ shop: MerchantClient) async {
        book.beginPayout(reference)
        _ = try? await shop.post("/pix/payments", Self.payout(reference))
    }

    private static func payout(_ reference: String) -> JSONValue {
        ["valor": "1.00", "chave": "fulano@example.com", "txid": .string(reference)]
    }

    /// Customers pay one in four of the charges that are open.
    private func pay(_ random: SeededGenerator) async {
        var random = random
        var seen: Set<String> = []
        while !Task.isCancelled {
            for charge in bank.charges where charge.status == .active && seen.insert(charge.txid).inserted {
                if Int.random(in: 0..<4, using: &random) == 0 { _ = try? bank.pay(txid: charge.txid) }
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    // MARK: The end

    /// Everything once more, then all is settled or called off. Answers what is wrong.
    func end() async throws -> [String] {
        let faulty: [PixBankOperation] = [
            .putCharge, .readCharge, .readReceipt, .patchCharge, .sendPayout, .requestRefund, .readRefund,
        ]
        for operation in faulty { bank.fail(operation) }
        // What is asked back is mostly asked for now.
        bank.fail(.requestRefund, with: .lost, .refused(503), .failedAfter(500), .dropped, .broken)
        bank.fail(.readRefund, with: .refused(503), .dropped)
        let server = try await start()
        let shop = server.shop()
        var problems: [String] = []
        for key in book.contents.keys {
            if await charge(key, shop) == nil { problems.append("key \(key) is not answered") }
        }
        for reference in book.contents.payouts { _ = try await shop.post("/pix/payments", Self.payout(reference)) }
        // What was paid is found without anybody's help; the bank tells of some of it after twenty minutes only.
        let paid = Set(bank.receipts.compactMap(\.txid))
        // On a machine that is busy with other tests the rounds are few.
        let isFound = try await eventually(within: .seconds(300)) {
            let performed = try await ledger().transactions.filter { $0.state == .performed }
            return paid.isSubset(of: Set(performed.map(\.key.externalID)))
        }
        if !isFound { problems.append("what was paid is not performed") }
        for wish in book.contents.wishes where await !Self.giveBack(wish, shop) {
            problems.append("the wish \(wish.key) is not answered")
        }
        for transaction in try await ledger().transactions where transaction.state == .created {
            _ = try await shop.post("/transactions/\(transaction.id)/cancel", [:])
        }
        let isOver = try await eventually(within: .seconds(300)) {
            try await ledger().transactions.allSatisfy { $0.state != .created }
        }
        if !isOver { problems.append("some charges are neither paid nor off") }
        let wanted = book.contents.wishes.reduce(0) { $0 + $1.amount }
        let isBack = try await eventually(within: .seconds(240)) {
            try await ledger().transactions.reduce(0) { $0 + $1.refundedAmount } >= wanted
        }
        if !isBack { problems.append("what is to go back is not back") }
        problems += await payouts(shop)
        problems += try await audit()
        if await server.stop() != .success { problems.append("the server does not stop well") }
        return problems + book.contents.problems
    }

    private func ledger() async throws -> Ledger { try await ServerProcess.look(folder) { try await Ledger.read($0) } }

    /// Every payout ends, and left the bank once.
    private func payouts(_ shop: MerchantClient) async -> [String] {
        let references = book.contents.payouts
        var problems: [String] = []
        for reference in references {
            let isPaid = try? await eventually(within: .seconds(240)) {
                try await shop.get("/pix/payments/\(reference)").body["status"] == "paid"
            }
            if isPaid != true {
                let body = try? await shop.get("/pix/payments/\(reference)").body.text
                problems.append("payout \(reference) does not end: \(body ?? "")")
            }
        }
        let keys = bank.payouts.compactMap(\.idempotencyKey)
        if keys.count != references.count || Set(keys).count != keys.count || bank.payouts.count != keys.count {
            problems.append("\(references.count) payouts were asked for, the bank has made \(bank.payouts.count)")
        }
        return problems
    }

    private func audit() async throws -> [String] {
        let (ledger, txids) = (try await ledger(), book.txids)
        var problems: [String] = []
        let stored = Dictionary(grouping: ledger.transactions, by: \.key.externalID)
        if Set(txids.values).count != txids.count { problems.append("two keys have one charge") }
        if Set(stored.keys) != Set(txids.values) {
            problems.append("\(stored.count) charges are stored, \(txids.count) were asked for")
        }
        for charge in bank.charges where stored[charge.txid]?.count != 1 {
            problems.append("the bank has \(charge.txid), and nobody here knows it")
        }
        let receipts = Dictionary(grouping: bank.receipts) { $0.txid ?? "" }
        for transaction in ledger.transactions {
            let txid = transaction.key.externalID
            let (charge, payments) = (bank.charge(txid), receipts[txid] ?? [])
            let changes = ledger.changes(txid).filter { $0 != .partlyRefunded }
            if changes != Ledger.history(of: transaction.state) {
                problems.append("\(txid) has the history \(changes)")
            }
            switch transaction.state {
            case .performed where charge?.status == .completed && payments.count == 1: break
            case .cancelled where payments.isEmpty && charge?.status != .active: break
            default:
                problems.append(
                    "\(txid) is \(transaction.state), at the bank \(charge.map { "\($0.status)" } ?? "unknown"), "
                        + "paid \(payments.count) times")
            }
            if transaction.state == .cancelled, (try? bank.pay(txid: txid)) != nil {
                problems.append("\(txid) is off, and can be paid")
            }
        }
        return problems + refunds(ledger)
    }

    /// For each wish one refund at the bank, and none without a wish.
    private func refunds(_ ledger: Ledger) -> [String] {
        let wishes = Dictionary(grouping: book.contents.wishes, by: \.txid).mapValues { $0.map(\.amount) }
        var problems: [String] = []
        for receipt in bank.receipts {
            let (made, wanted) = (receipt.refunds.map(\.amount), wishes[receipt.txid ?? ""] ?? [])
            let stored = ledger[receipt.txid ?? ""]?.refundedAmount
            if made != wanted || stored != wanted.reduce(0, +)
                || receipt.refunds.contains(where: { $0.status != .done })
            {
                problems.append(
                    "of \(receipt.txid ?? "") \(wanted) was asked back, the bank gave \(made) back, "
                        + "\(stored ?? 0) is stored")
            }
        }
        return problems
    }
}
