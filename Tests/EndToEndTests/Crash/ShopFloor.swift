import Foundation
import Payments
import Storage
import TestSupport

/// The shop's own side, as it stands after a crash: its stock table and the list of parcels.
struct ShopFloor {
    struct Parcel: Hashable {
        let event: Int64
        let what: String
        let transaction: String
        let order: String
    }

    /// By order: reserved and sold.
    var stock: [String: (reserved: Int64, sold: Int64)] = [:]
    /// Lines as they were written; a repeat is a line of its own.
    var parcels: [Parcel] = []
    /// Lines that are none.
    var torn: [String] = []

    static func read(_ folder: TemporaryFolder, _ store: Store) async throws -> ShopFloor {
        var floor = ShopFloor()
        let rows = try await store.engine.read(.scan) { sql in
            try sql.all("SELECT order_id, reserved, sold FROM shop_stock", []) {
                ($0.text(0) ?? "", $0.integer(1) ?? -1, $0.integer(2) ?? -1)
            }
        }
        for (order, reserved, sold) in rows { floor.stock[order] = (reserved, sold) }
        let text = try String(contentsOfFile: folder.file("parcels.txt"), encoding: .utf8)
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            if fields.count == 4, let event = Int64(fields[0]) {
                floor.parcels.append(
                    Parcel(event: event, what: fields[1], transaction: fields[2], order: fields[3]))
            } else {
                floor.torn.append(String(line))
            }
        }
        return floor
    }

    /// What ``ShopHooks`` writes for a change.
    static func word(_ change: TransactionChange) -> String {
        switch change {
        case .created: "created"
        case .performed: "send"
        case .cancelled, .refunded, .partlyRefunded, .expired, .duplicate, .duplicateRefunded: "call back"
        }
    }
}
