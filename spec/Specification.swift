/// The documents of this folder, embedded in the binary.
///
/// They are the source of methods, parameters, error codes, messages, states and deadlines; code refers to them by
/// name. Loading refuses a document that contradicts itself, so a mistake stops the start instead of a payment.
public struct Specifications: Sendable {
    /// `transaction.yaml`: states, edges, reasons, deadlines.
    public let transaction: TransactionSpecification
    /// `payme.openrpc.yaml`: the methods that Payme calls.
    public let payme: OpenRPCDocument
    /// `click.openapi.yaml`: the calls that Click makes.
    public let click: ClickSpecification
    /// `merchant.openapi.yaml`: the merchant API.
    public let merchant: MerchantSpecification
    /// `yookassa.openapi.yaml`: what YooKassa is asked.
    public let yookassa: YooKassaSpecification
    /// `pix.openapi.yaml`: what the receiver's bank is asked.
    public let pix: PixSpecification
    /// `pledg.openapi.yaml`: purchases that a group pays.
    public let pledg: PledgSpecification

    /// Reads every document.
    ///
    /// - Throws: ``SpecificationError`` for the first thing that is wrong, with its line.
    public static func load() throws(SpecificationError) -> Specifications {
        Specifications(
            transaction: try TransactionSpecification(
                yaml: PackageResources.transaction_yaml, name: "transaction.yaml"),
            payme: try OpenRPCDocument(yaml: PackageResources.payme_openrpc_yaml, name: "payme.openrpc.yaml"),
            click: try ClickSpecification(yaml: PackageResources.click_openapi_yaml),
            merchant: try MerchantSpecification(yaml: PackageResources.merchant_openapi_yaml),
            yookassa: try YooKassaSpecification(yaml: PackageResources.yookassa_openapi_yaml),
            pix: try PixSpecification(yaml: PackageResources.pix_openapi_yaml),
            pledg: try PledgSpecification(yaml: PackageResources.pledg_openapi_yaml))
    }

    /// The gateways that have conformance scenarios.
    public static let gatewaysWithScenarios = ["payme", "click", "pix", "yookassa"]

    /// The conformance scenarios of a gateway, as YAML for ``SpecNode/init(yaml:name:)``; nil if it has none.
    public static func scenarios(for gateway: String) -> [UInt8]? {
        switch gateway {
        case "payme": PackageResources.payme_scenarios_yaml
        case "click": PackageResources.click_scenarios_yaml
        case "pix": PackageResources.pix_scenarios_yaml
        case "yookassa": PackageResources.yookassa_scenarios_yaml
        default: nil
        }
    }
}
