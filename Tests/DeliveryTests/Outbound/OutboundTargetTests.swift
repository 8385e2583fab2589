import Delivery
import Testing

@Suite("A target")
struct OutboundTargetTests {
    @Test(
        "is an absolute https URL, and shows its host only",
        arguments: [
            ("https://shop.example", "https://shop.example"),
            ("https://Shop.Example:8443/hooks/S3CRET?token=S3CRET", "https://shop.example:8443"),
            ("HTTPS://xn--80a.example/", "https://xn--80a.example"), ("https://a?S3CRET", "https://a"),
            ("https://[2001:DB8::1]:1/x", "https://[2001:db8::1]:1"),
            ("https://1.2.3.4:65535", "https://1.2.3.4:65535"),
            ("https://a.example/%D1%8F/@:x?u=http://b", "https://a.example"),
        ])
    func taken(text: String, shown: String) throws {
        let target = try OutboundTarget(text)
        #expect(target.description == shown)
        #expect(!"\(target)".contains("S3CRET"))
        #expect(!target.allowsPrivate)
    }

    @Test(
        "is refused otherwise, and the error repeats nothing of it",
        arguments: [
            "", "S3CRET", "//S3CRET.example", "https:/S3CRET.example", "https:S3CRET", "ftp://S3CRET.example",
            "http://S3CRET.example", "https://", "https:///S3CRET", "https://:443/S3CRET",
            "https://S3CRET@shop.example", "https://a:S3CRET@shop.example/", "https://shop.example/#S3CRET",
            "https://shop.example:0/S3CRET", "https://shop.example:65536/S3CRET", "https://shop.example:/S3CRET",
            "https://shop.example:4x/S3CRET", "https://shop.example:٤/S3CRET", "https://shop..example/S3CRET",
            "https://.S3CRET", "https://S3CRET.", "https://sh op.example/S3CRET", "https://shop.example/S3 CRET",
            "https://shop.example\\@S3CRET", "https://магазин.uz/S3CRET", "https://[::1/S3CRET", "https://::1/S3CRET",
            "https://[fe80::1%25lo]/S3CRET", "https://[S3CRET]/", "https://[1.2.3.4]/S3CRET", "https://a%2eb/S3CRET",
            "https://shop.example/\nS3CRET", "https://[::1]S3CRET/", "https://a*b/S3CRET",
            "https://a.example/" + String(repeating: "S3CRET", count: 400),
        ])
    func refused(text: String) {
        let error = #expect(throws: OutboundTarget.Malformed.self) { try OutboundTarget(text) }
        #expect(error.map { "\($0)" }?.contains("S3CRET") == false)
    }

    @Test("may be plain http only where private addresses are allowed")
    func plain() throws {
        #expect(throws: OutboundTarget.Malformed.self) { try OutboundTarget("http://127.0.0.1:8000/") }
        #expect(
            try OutboundTarget("http://127.0.0.1:8000/", allowsPrivate: true).description == "http://127.0.0.1:8000")
    }
}
