export default function Hero({ words }) {
  return <mitate-slot name="hero" class="hero">{words && <h2>{words}</h2>}</mitate-slot>;
}
