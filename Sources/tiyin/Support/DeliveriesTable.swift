import Payments
import Server
import Storage

/// Deliveries as the command line shows them.
enum DeliveriesTable {
    static func text(_ rows: [DeliveryRow]) -> String {
        var table = TextTable(
            header: ["id", "receiver", "event", "order", "state", "attempts", "last error", "next"], numeric: [0, 5])
        for row in rows {
            table.rows.append([
                String(row.item.id), row.target, WebhookPreview.type(row), row.item.event.transaction.orderID,
                row.state.rawValue, String(row.item.attempts), row.lastError ?? "", next(row),
            ])
        }
        return table.text
    }

    static func next(_ row: DeliveryRow) -> String {
        switch row.state {
        case .delivered: "arrived \(row.deliveredAt.map(Moment.text) ?? "")"
        case .dead: "given up \(row.deadAt.map(Moment.text) ?? "")"
        case .waiting where row.isInHand: "under way"
        case .waiting: row.dueAt.map(Moment.text) ?? "behind another of its order"
        }
    }

    static func unknown(_ id: Int64) -> SettingsError {
        SettingsError("there is no delivery \(id): `tiyin deliveries list` shows those there are")
    }
}
