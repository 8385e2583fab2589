import Specification
import Testing

@Suite("The embedded documents")
struct SpecificationsTests {
    @Test("load")
    func load() throws {
        let specifications = try Specifications.load()
        #expect(specifications.payme.title == "Payme Merchant API")
        #expect(specifications.payme.name == "payme.openrpc.yaml")
    }

    @Test("give the scenarios of the gateways that have some")
    func scenarios() throws {
        #expect(Specifications.gatewaysWithScenarios == ["payme", "click", "pix", "yookassa"])
        for gateway in Specifications.gatewaysWithScenarios {
            let yaml = try #require(Specifications.scenarios(for: gateway))
            #expect(!yaml.isEmpty)
        }
        #expect(Specifications.scenarios(for: "nobody") == nil)
    }

    /// The server's first answer has to come within 300 ms of its start; this leaves a debug build room.
    @Test("load quickly")
    func speed() throws {
        let elapsed = try ContinuousClock().measure { _ = try Specifications.load() }
        #expect(elapsed < .milliseconds(500))
    }
}
