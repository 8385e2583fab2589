import Foundation
import Logging
import Server

/// A whole shop: the settings of `tiyin serve`, and hooks of its own.
///
///     PAYME_KEY=… MERCHANT_API_KEY=… SHOP_PARCELS=parcels.txt swift run SwiftShop
@main
struct SwiftShop {
    static func main() async {
        do {
            try await serve()
        } catch {
            FileHandle.standardError.write(Data("shop: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func serve() async throws {
        let environment = ProcessInfo.processInfo.environment
        let settings = try ServerSettings(SettingSource(environment: environment))
        let parcels = try ParcelList(path: environment["SHOP_PARCELS"] ?? "parcels.txt")
        var logger = Logger(label: "shop")
        logger.logLevel = settings.logLevel
        let server = try await TiyinServer(
            settings: settings, hooks: ShopHooks(parcels: parcels), logger: logger, migrations: ShopHooks.migrations)
        try await server.run { port in
            FileHandle.standardOutput.write(Data("listening on \(port)\n".utf8))
        }
    }
}
