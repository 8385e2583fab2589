import NIOHTTP1
import Specification
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("pix.openapi.yaml and the routes")
struct PixDocumentTests {
    @Test("the routes refuse only by names that stand in the document, and it promises none that nobody tells of")
    func problems() throws {
        let listed = try RouteDocument("pix.openapi.yaml").problems
        let told = try RouteDocument.problemsTold(in: "Pix")
        #expect(told.count > 10)
        #expect(told.subtracting(listed).isEmpty, "\(told.subtracting(listed))")
        // What all routes have in common.
        let common = Set(try Specifications.load().merchant.problems.map(\.name)).union(["http", "internal", "refused"])
        #expect(listed.subtracting(told).subtracting(common).isEmpty, "\(listed.subtracting(told))")
    }

    @Test("every path and method of the document is known, and what is known is in it")
    func paths() throws {
        let listed = try RouteDocument("pix.openapi.yaml").paths
        #expect(listed.count == 14)
        var known = RouteDocument.paths(of: PixRoutes.knownPaths(hasMerchant: true))
        // The webhook's other forms, and what the page loads.
        for twin in ["/payments/pix/confirm/{}", "/payments/pix/confirm/{}/pix"] {
            #expect(known.removeValue(forKey: twin) == ["POST"])
        }
        #expect(known.removeValue(forKey: "/payments/pix/assets/{}") == ["GET"])
        #expect(known == listed)
    }

    @Test("every operation of the document has a route")
    func routes() async throws {
        let listed = try RouteDocument("pix.openapi.yaml").paths
        try await PixShop.with { shop in
            for (path, method) in listed.flatMap({ path, methods in methods.map { (path, $0) } }) {
                let place = path.replacing("{}", with: String(repeating: "a", count: 26))
                let reply = try await shop.send(
                    HTTPMethod(rawValue: method), place, method == "GET" ? nil : "{}", key: shop.running.merchantKey)
                // There is no such charge: it is refused by what it is, never by its path.
                let detail = reply.json["detail"]?.stringValue
                #expect(reply.status != 405 && detail != Problem.nothingHere.detail, "\(method) \(path): \(reply.text)")
            }
        }
    }
}
