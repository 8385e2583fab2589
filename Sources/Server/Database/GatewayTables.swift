import Click
import Delivery
import Payme
import Pix
import Pledg
import Storage
import YooKassa

/// The tables of every gateway that this program knows, and of what it tells in Telegram, whether it is on or not.
enum GatewayTables {
    /// In the order of their release, to be applied after the core's.
    static let migrations =
        PaymeFiscalReceipt.migrations + ClickGateway.migrations + PixGateway.migrations
        + TelegramMarks.migrations + YooKassaGateway.migrations + PledgGateway.migrations
    /// What `tiyin verify` looks at in them.
    static let checks = [
        PaymeFiscalReceipt.check, ClickGateway.check, PixGateway.check, YooKassaGateway.check, PledgGateway.check,
    ]
}
