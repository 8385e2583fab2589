import Foundation
import Payments
import Storage
import Synchronization

/// A shop that keeps its stock in the payments' own database and sends a parcel for every paid order.
///
/// - The stock is a table of its own. ``recordCreated(_:in:)`` and the others change it in the same storage
///   transaction as the payment, so the two can never disagree.
/// - Parcels are sent by ``afterPerformed(_:)``, after the commit. It may be called again after a crash, so the event's
///   number is written into the list of parcels and a repeat is recognised.
final class ShopHooks: PaymentHooks, @unchecked Sendable {
    /// The shop's own table, created beside the payments' tables.
    static let migrations = [
        Migration(
            "shop-1-stock",
            [
                """
                CREATE TABLE shop_stock (
                    order_id TEXT PRIMARY KEY NOT NULL,
                    reserved BIGINT NOT NULL,
                    sold BIGINT NOT NULL)
                """
            ])
    ]

    private let parcels: ParcelList

    init(parcels: ParcelList) {
        self.parcels = parcels
    }

    // Questions: asked before the gateway gets its answer.

    /// The shop is closed for orders whose number begins with "closed".
    override func mayPay(_ order: Order, _ question: AccountQuestion) async throws -> Verdict {
        guard order.id.hasPrefix("closed") else { return .allow }
        return .refuse(
            Refusal(
                message: .init(
                    ru: "Магазин не принимает оплату этого заказа.",
                    uz: "Doʻkon bu buyurtma uchun toʻlov qabul qilmaydi.",
                    en: "The shop does not take payment for this order.")))
    }

    /// The payer sees what the order is.
    override func additional(_ order: Order, _ question: AccountQuestion) async throws -> [AdditionalField] {
        order.description.map { [AdditionalField("order", $0)] } ?? []
    }

    /// A parcel that has left cannot be called back.
    override func mayRefund(_ transaction: Transaction) async throws -> Verdict {
        transaction.orderID.hasPrefix("digital") ? .refuse() : .allow
    }

    // In-transaction events: commit or roll back together with the payment.

    override func recordCreated(_ transaction: Transaction, in session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO shop_stock (order_id, reserved, sold) VALUES ($1, 1, 0)
            ON CONFLICT (order_id) DO UPDATE SET reserved = shop_stock.reserved + 1
            """, [.text(transaction.orderID)])
    }

    override func recordPerformed(_ transaction: Transaction, in session: any SQLSession) throws {
        try session.execute(
            "UPDATE shop_stock SET reserved = reserved - 1, sold = sold + 1 WHERE order_id = $1",
            [.text(transaction.orderID)])
    }

    /// The order is another payment's: this one's reservation goes. The money goes back by itself.
    override func recordDuplicate(
        _ transaction: Transaction, _ change: TransactionChange, in session: any SQLSession
    ) throws {
        guard change == .duplicate else { return }
        try session.execute(
            "UPDATE shop_stock SET reserved = reserved - 1 WHERE order_id = $1", [.text(transaction.orderID)])
    }

    override func recordCancelled(
        _ transaction: Transaction, _ change: TransactionChange, in session: any SQLSession
    ) throws {
        let column = transaction.state == .cancelledAfterPerform ? "sold" : "reserved"
        guard transaction.state.isTerminal else { return }
        try session.execute(
            "UPDATE shop_stock SET \(column) = \(column) - 1 WHERE order_id = $1", [.text(transaction.orderID)])
    }

    // After-commit events: at least once.

    override func afterCreated(_ event: PaymentEvent) async throws { try parcels.note("created", event) }

    override func afterPerformed(_ event: PaymentEvent) async throws { try parcels.note("send", event) }

    override func afterCancelled(_ event: PaymentEvent) async throws { try parcels.note("call back", event) }
}

/// A file with one line an event; it is on the disk before the hook returns.
final class ParcelList: Sendable {
    private let file: Mutex<FileHandle>

    /// - Throws: if the file cannot be opened.
    init(path: String) throws {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seekToEnd()
        file = Mutex(handle)
    }

    func note(_ what: String, _ event: PaymentEvent) throws {
        let line = "\(event.id)\t\(what)\t\(event.transaction.key.externalID)\t\(event.transaction.orderID)\n"
        try file.withLock { handle in
            try handle.write(contentsOf: Data(line.utf8))
            try handle.synchronize()
        }
    }
}
