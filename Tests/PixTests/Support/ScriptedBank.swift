import Payments
import Pix
import Specification
import Synchronization
import TestSupport

/// A bank with a memory, whose every call can be made to fail before or after it did what was asked.
final class ScriptedBank: PixBank {
    /// What goes wrong with the next calls of a kind.
    enum Trouble: Sendable {
        /// It fails so, and nothing happened.
        case before(PixBankError)
        /// It happened, and the answer is lost.
        case after
    }

    struct Books: Sendable {
        var charges: [String: PixBankCharge] = [:]
        /// How often a charge of each txid was made: never more than once.
        var made: [String: Int] = [:]
        var payments: [String: PixPayment] = [:]
        /// The account's statement.
        var movements: [PixMovement] = []
        var payouts: [String: (order: PixPayoutOrder, payout: PixBankPayout)] = [:]
        /// How often money left for each key.
        var paid: [String: Int] = [:]
        var calls: [String] = []
        var troubles: [String: [Trouble]] = [:]
        /// How a payout stands right after it was asked for.
        var payoutStatus = ("PROCESSADO", PixPayoutStatus.waiting as PixPayoutStatus?)
        var returnStatus = ("EM_PROCESSAMENTO", PixRefundStatus.processing as PixRefundStatus?)
        var number = 0
        /// Happens while the next charge's offer is on its way.
        var onCreate: (@Sendable () async -> Void)?
        /// Happens in the moment before a charge is removed, once.
        var onRemove: (@Sendable (inout Books) -> Void)?

        mutating func payNow(_ txid: String, _ amount: Int64, at time: Int64) {
            let payment = PixPayment(e2eID: "E-now", txid: txid, amount: amount, paidAt: time, key: Till.key)
            payments[payment.e2eID] = payment
            charges[txid]?.payments.append(payment)
            charges[txid]?.status = .completed
        }
    }

    private let books = Mutex(Books())
    private let gates = Mutex<[String: Gate]>([:])
    private let clock: ManualClock

    init(_ clock: ManualClock) {
        self.clock = clock
    }

    var callsPerMinute: Int64 { 120 }

    func change(_ change: (inout Books) -> Void) { books.withLock { change(&$0) } }
    func look<T: Sendable>(_ look: (Books) -> T) -> T { books.withLock { look($0) } }

    /// What was asked since the last look.
    func takeCalls() -> [String] {
        books.withLock { books in
            defer { books.calls = [] }
            return books.calls
        }
    }

    func fail(_ call: String, _ troubles: Trouble...) { change { $0.troubles[call, default: []] += troubles } }

    /// The next call of that kind waits before the bank does anything.
    func hold(_ call: String) -> Gate {
        gates.withLock { gates in
            let gate = Gate()
            gates[call] = gate
            return gate
        }
    }

    private func pass(_ call: String) async {
        await gates.withLock { $0.removeValue(forKey: call) }?.pass()
    }

    /// The customer pays.
    @discardableResult
    func pay(
        _ txid: String, _ amount: Int64, at time: Int64? = nil, key: String? = nil, e2eID: String? = nil
    ) -> PixPayment {
        books.withLock { books in
            books.number += 1
            let payment = PixPayment(
                e2eID: e2eID ?? "E00416968202611210000abcdefgh\(100 + books.number)", txid: txid, amount: amount,
                paidAt: time ?? clock.now, key: key ?? Till.key)
            books.payments[payment.e2eID] = payment
            books.charges[txid]?.payments.append(payment)
            books.charges[txid]?.status = .completed
            books.charges[txid]?.statusWord = "CONCLUIDA"
            return payment
        }
    }

    /// A refund changes, whoever asked for it.
    func setReturn(_ new: PixReturn, of e2eID: String) {
        change { books in
            guard var payment = books.payments[e2eID] else { return }
            payment.returns.removeAll { $0.id == new.id }
            payment.returns.append(new)
            books.payments[e2eID] = payment
            for (txid, charge) in books.charges {
                guard let index = charge.payments.firstIndex(where: { $0.e2eID == e2eID }) else { continue }
                books.charges[txid]?.payments[index] = payment
            }
        }
    }

    /// Ends every refund that is under way.
    func endReturns(_ status: PixRefundStatus, _ word: String, reason: String? = nil) {
        for (e2eID, payment) in look({ $0.payments }) {
            for entry in payment.returns where entry.status == .processing {
                var next = entry
                (next.status, next.statusWord, next.settledAt, next.reason) = (status, word, clock.now, reason)
                setReturn(next, of: e2eID)
            }
        }
    }

    private func answer<T: Sendable>(
        _ call: String, _ subject: String, _ work: (inout Books) throws(PixBankError) -> T
    ) throws(PixBankError) -> T {
        let result: Result<T, PixBankError> = books.withLock { books in
            books.calls.append("\(call) \(subject)")
            var trouble: Trouble?
            if books.troubles[call]?.isEmpty == false { trouble = books.troubles[call]?.removeFirst() }
            if case .before(let error)? = trouble { return .failure(error) }
            let result: Result<T, PixBankError>
            do throws(PixBankError) { result = .success(try work(&books)) } catch { result = .failure(error) }
            return trouble == nil ? result : .failure(.unknown("the answer is lost"))
        }
        return try result.get()
    }

    static func code(of txid: String) -> String {
        guard let location = PixLocation("pix.example.com/qr/v2/\(txid)"),
            let merchant = try? BRCodeMerchant(name: "The Bank's Own", city: "Brasília"),
            let code = try? BRCode(location: location, merchant: merchant)
        else { return "" }
        return code.text
    }

    func create(_ offer: PixOffer) async throws(PixBankError) -> PixBankCharge {
        let gate = books.withLock { books in
            defer { books.onCreate = nil }
            return books.onCreate
        }
        await gate?()
        return try answer("create", "\(offer.amount)") { books throws(PixBankError) in
            if let known = books.charges[offer.txid] {
                guard known.status == .active else {
                    throw .refused(status: 400, name: "CobOperacaoInvalida", detail: "not active")
                }
                return known
            }
            books.made[offer.txid, default: 0] += 1
            let charge = PixBankCharge(
                txid: offer.txid, status: .active, statusWord: "ATIVA", createdAt: clock.now,
                expirySeconds: offer.expirySeconds, amount: offer.amount, key: offer.key,
                location: "pix.example.com/qr/v2/\(offer.txid)", code: Self.code(of: offer.txid))
            books.charges[offer.txid] = charge
            return charge
        }
    }

    private func find(_ txid: String, in books: Books) throws(PixBankError) -> PixBankCharge {
        guard let charge = books.charges[txid] else { throw .notFound }
        return charge
    }

    func charge(_ txid: String) async throws(PixBankError) -> PixBankCharge {
        try answer("charge", "") { books throws(PixBankError) in try find(txid, in: books) }
    }

    func remove(_ txid: String) async throws(PixBankError) -> PixBankCharge {
        try answer("remove", "") { books throws(PixBankError) in
            books.onRemove?(&books)
            books.onRemove = nil
            var charge = try find(txid, in: books)
            guard charge.status == .active else {
                throw .refused(status: 400, name: "CobOperacaoInvalida", detail: "not active")
            }
            (charge.status, charge.statusWord) = (.removed, "REMOVIDA_PELO_USUARIO_RECEBEDOR")
            charge.revision += 1
            books.charges[txid] = charge
            return charge
        }
    }

    func revise(_ txid: String, expirySeconds: Int64) async throws(PixBankError) -> PixBankCharge {
        try answer("revise", "\(expirySeconds)") { books throws(PixBankError) in
            var charge = try find(txid, in: books)
            guard charge.status == .active else {
                throw .refused(status: 400, name: "CobOperacaoInvalida", detail: "not active")
            }
            charge.expirySeconds = expirySeconds
            charge.revision += 1
            books.charges[txid] = charge
            return charge
        }
    }

    func charges(
        _ period: ClosedRange<Int64>, page: Int64
    ) async throws(PixBankError) -> PixPage<PixBankCharge> {
        try answer("charges", "\(page)") { books throws(PixBankError) in
            let all = books.charges.values.filter { period.contains($0.createdAt ?? 0) }.sorted { $0.txid < $1.txid }
            return Self.page(all, page)
        }
    }

    func payment(_ e2eID: String) async throws(PixBankError) -> PixPayment {
        try answer("payment", "") { books throws(PixBankError) in
            guard let payment = books.payments[e2eID] else { throw .notFound }
            return payment
        }
    }

    func payments(_ period: ClosedRange<Int64>, page: Int64) async throws(PixBankError) -> PixPage<PixPayment> {
        try answer("payments", "\(page)") { books throws(PixBankError) in
            let all = books.payments.values.filter { period.contains($0.paidAt ?? 0) }.sorted { $0.e2eID < $1.e2eID }
            return Self.page(all, page)
        }
    }

    func paymentsGivenBack(
        _ period: ClosedRange<Int64>, page: Int64
    ) async throws(PixBankError) -> PixPage<PixPayment> {
        try answer("returns", "\(page)") { books throws(PixBankError) in
            let all = books.payments.values.filter { period.contains($0.paidAt ?? 0) && !$0.returns.isEmpty }
            return Self.page(all.sorted { $0.e2eID < $1.e2eID }, page)
        }
    }

    private static func page<Item: Sendable>(_ all: [Item], _ page: Int64) -> PixPage<Item> {
        let start = min(all.count, Int(page) * 2)
        let end = min(all.count, start + 2)
        return PixPage(items: Array(all[start..<end]), hasMore: end < all.count)
    }

    func giveBack(
        _ amount: Int64, of e2eID: String, id: String, description: String?
    ) async throws(PixBankError) -> PixReturn {
        try answer("giveBack", "\(amount)") { books throws(PixBankError) in
            guard var payment = books.payments[e2eID] else { throw .notFound }
            let sum = payment.returns.filter { $0.status != .refused }.reduce(0) { $0 + $1.amount }
            guard sum + amount <= payment.amount, !payment.returns.contains(where: { $0.id == id }) else {
                throw .refused(status: 400, name: "PixDevolucaoInvalida", detail: "too much, or twice")
            }
            let made = PixReturn(
                id: id, amount: amount, nature: "ORIGINAL", status: books.returnStatus.1,
                statusWord: books.returnStatus.0)
            payment.returns.append(made)
            books.payments[e2eID] = payment
            return made
        }
    }

    func refund(_ id: String, of e2eID: String) async throws(PixBankError) -> PixReturn {
        try answer("refund", "") { books throws(PixBankError) in
            guard let found = books.payments[e2eID]?.returns.first(where: { $0.id == id }) else { throw .notFound }
            return found
        }
    }

    func pay(_ order: PixPayoutOrder) async throws(PixBankError) -> PixBankPayout {
        await pass("pay")
        return try answer("pay", "\(order.amount)") { books throws(PixBankError) in
            if let known = books.payouts[order.requestKey] { return known.payout }
            books.paid[order.requestKey, default: 0] += 1
            let payout = PixBankPayout(
                code: "code-\(books.paid.count)", status: books.payoutStatus.1, statusWord: books.payoutStatus.0)
            books.payouts[order.requestKey] = (order, payout)
            return payout
        }
    }

    func payout(_ code: String) async throws(PixBankError) -> PixBankPayout {
        await pass("payout")
        return try answer("payout", "") { books throws(PixBankError) in
            guard let found = books.payouts.values.first(where: { $0.payout.code == code }) else { throw .notFound }
            return found.payout
        }
    }

    func statement(
        _ period: ClosedRange<Int64>, page: Int64
    ) async throws(PixBankError) -> PixPage<PixMovement> {
        try answer("statement", "\(page)") { books throws(PixBankError) in Self.page(books.movements, page) }
    }

    func setPayout(_ word: String, _ status: PixPayoutStatus?, errors: [String] = []) {
        change { books in
            for key in books.payouts.keys {
                books.payouts[key]?.payout.status = status
                books.payouts[key]?.payout.statusWord = word
                books.payouts[key]?.payout.errors = errors
                if status == .paid { books.payouts[key]?.payout.e2eID = "E-out" }
            }
        }
    }
}
